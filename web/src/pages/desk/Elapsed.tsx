/** How long a call has lasted; runs while it goes on. */
import type { LiveCall } from "../../api/live";
import { useNow } from "../../app/useResource";
import type { Situation } from "../../call/situation";
import { formatClock } from "../../text/format";

export function Elapsed({ call, situation }: { call: LiveCall; situation: Situation }) {
  const now = useNow();
  const since = now - Date.parse(call.summary.started_at);
  const ms = call.ended ? (situation.ended?.durationMs ?? situation.at) : Math.max(situation.at, since);
  return <span className="elapsed">{formatClock(ms)}</span>;
}
