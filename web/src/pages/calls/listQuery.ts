/** What the list asks for lives in the address, so that a list can be bookmarked and the browser's back works. */
import { useLocation, useNavigate, useSearchParams } from "react-router-dom";
import { OUTCOMES, type Outcome } from "../../api/calls";

export const PAGE_SIZE = 30;

export interface ListQuery {
  q?: string;
  outcome?: Outcome;
  before?: string;
}

/** Pages that were turned on the way here; `null` stands for the newest page. */
type Trail = (string | null)[];

export function readQuery(params: URLSearchParams): ListQuery {
  const query: ListQuery = {};
  const q = params.get("q")?.trim();
  const outcome = OUTCOMES.find((known) => known === params.get("outcome"));
  const before = params.get("before");
  if (q) query.q = q;
  if (outcome) query.outcome = outcome;
  if (before) query.before = before;
  return query;
}

export function writeQuery(query: ListQuery): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) params.set(key, value);
  const written = params.toString();
  return written ? `?${written}` : "";
}

export function useListQuery() {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const location = useLocation();
  const query = readQuery(params);
  const trail = trailOf(location.state);

  const go = (next: ListQuery, nextTrail: Trail) =>
    navigate({ pathname: "/calls", search: writeQuery(next) }, { state: { trail: nextTrail } });
  const { before, ...filters } = query;

  const newer = () => {
    // Without a trail (a bookmarked page) the way to newer calls starts at the newest.
    const target = trail.at(-1) ?? null;
    void go(target === null ? filters : { ...filters, before: target }, trail.slice(0, -1));
  };

  return {
    query,
    search: (q: string) => void go(withoutEmpty({ ...filters, q: q.trim() }), []),
    filter: (outcome: Outcome | undefined) => void go(withoutEmpty({ ...filters, outcome }), []),
    clear: () => void go({}, []),
    older: (next: string) => void go({ ...filters, before: next }, [...trail, before ?? null]),
    newer: before === undefined ? undefined : newer,
  };
}

function trailOf(state: unknown): Trail {
  if (state && typeof state === "object" && "trail" in state && Array.isArray(state.trail)) return state.trail as Trail;
  return [];
}

function withoutEmpty(query: { q?: string; outcome?: Outcome | undefined }): ListQuery {
  const clean: ListQuery = {};
  if (query.q) clean.q = query.q;
  if (query.outcome) clean.outcome = query.outcome;
  return clean;
}
