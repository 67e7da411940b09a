/** The recording: play, wave, speed. */
import { CaretRightFilled, PauseOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useMemo, useState } from "react";
import { fetchRecording, recordingUrl } from "../../api/calls";
import { useResource } from "../../app/useResource";
import { durationMs, readWav } from "../../audio/wav";
import { useText } from "../../text";
import { formatClock } from "../../text/format";
import type { Player } from "./usePlayer";
import { Waveform } from "./Waveform";

interface Props {
  id: string;
  player: Player;
  /** Length of the call, until the recording itself tells. */
  callMs: number;
  bridgedAt?: number | undefined;
}

const RATES = [1, 1.25, 1.5, 2];

export function PlayerBar({ id, player, callMs, bridgedAt }: Props) {
  const text = useText();
  const [rate, setRate] = useState(1);
  const load = useResource(id, async (signal) => readWav(await fetchRecording(id, signal)));
  const wav = load.value;
  const total = useMemo(() => (wav ? durationMs(wav) : callMs), [wav, callMs]);
  const broken = player.failed || load.error !== undefined;

  return (
    <section className="player" aria-label={text.detail.recording}>
      <audio ref={player.attach} src={recordingUrl(id)} preload="auto" />
      <Button
        type="primary"
        shape="circle"
        size="large"
        disabled={player.failed}
        icon={player.playing ? <PauseOutlined /> : <CaretRightFilled />}
        aria-label={player.playing ? text.detail.pause : text.detail.play}
        onClick={player.toggle}
      />
      <div className="lanes" aria-hidden>
        <span className="caller">{text.detail.callerChannel}</span>
        <span className="bot">{text.detail.otherChannel}</span>
      </div>
      <Waveform wav={wav} durationMs={total} ms={player.ms} bridgedAt={bridgedAt} onSeek={player.seek} />
      <div className="clock">
        <span>
          <strong>{formatClock(player.ms)}</strong> / {formatClock(total)}
        </span>
        <Select
          size="small"
          variant="filled"
          value={rate}
          aria-label={text.detail.speed}
          options={RATES.map((value) => ({ value, label: `${value}×` }))}
          onChange={(next) => {
            setRate(next);
            player.setRate(next);
          }}
        />
      </div>
      {broken && (
        <p className="broken" role="alert">
          {text.detail.recordingFailed}
          {load.error instanceof Error && load.error.message !== "" && ` (${load.error.message})`}
        </p>
      )}
    </section>
  );
}
