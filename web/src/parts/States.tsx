/** What a page shows when there is nothing to show. */
import { Button, Spin } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router-dom";
import { ApiError } from "../api/http";
import { useText } from "../text";

export function Loading() {
  const text = useText();
  return (
    <div className="state" role="status">
      <Spin />
      <span>{text.app.loading}</span>
    </div>
  );
}

export function Empty({ title, hint, action }: { title: string; hint?: string; action?: ReactNode }) {
  return (
    <div className="state">
      <strong>{title}</strong>
      {hint && <span>{hint}</span>}
      {action}
    </div>
  );
}

interface FailureProps {
  error: unknown;
  retry(): void;
  /** One call was asked for: an id that is none is a call that is not there. */
  ofCall?: boolean;
}

export function Failure({ error, retry, ofCall = false }: FailureProps) {
  const text = useText();
  const status = error instanceof ApiError ? error.status : undefined;
  const missing = ofCall && (status === 404 || status === 400);
  const title = missing ? text.failure.notFound : status === 0 ? text.failure.unreachable : text.failure.refused;
  const hint = missing
    ? text.failure.notFoundHint
    : status === 0
      ? text.failure.unreachableHint
      : error instanceof Error
        ? error.message
        : String(error);
  return (
    <div className="state" role="alert">
      <strong>{title}</strong>
      <span>{hint}</span>
      {missing ? <Link to="/calls">{text.app.toCalls}</Link> : <Button onClick={retry}>{text.app.retry}</Button>}
    </div>
  );
}
