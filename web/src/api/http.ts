/** Requests to the server, and what it says where they do not succeed. */

/** A request that did not succeed: the server's sentence, or the browser's where there was no answer (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const ACCEPT = { accept: "application/json, */*;q=0.5" };

export async function getJson<T>(url: string, signal: AbortSignal): Promise<T> {
  return (await (await get(url, signal)).json()) as T;
}

/** Sends something that changes or is worked on, and gives what came of it. */
export async function sendJson<T>(method: "POST" | "PUT", url: string, body?: unknown): Promise<T> {
  const headers = body === undefined ? ACCEPT : { ...ACCEPT, "content-type": "application/json" };
  const response = await ask(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  return (await response.json()) as T;
}

export function get(url: string, signal: AbortSignal): Promise<Response> {
  return ask(url, { signal, headers: ACCEPT });
}

async function ask(url: string, request: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, request);
  } catch (cause) {
    if (request.signal?.aborted) throw cause;
    throw new ApiError(0, String(cause));
  }
  if (!response.ok) throw new ApiError(response.status, await sentenceOf(response));
  return response;
}

/** The server's own words about a failure: `{"error": "…"}` or plain text. */
async function sentenceOf(response: Response): Promise<string> {
  const body = await response.text().catch(() => "");
  try {
    const parsed: unknown = JSON.parse(body);
    if (parsed && typeof parsed === "object" && "error" in parsed && typeof parsed.error === "string") {
      return parsed.error;
    }
  } catch {
    // Not JSON: the text itself is the sentence.
  }
  return body.slice(0, 300) || response.statusText;
}
