import type { Response, Send } from "../../kube/request";

/** An answer of a fake API server: an object, or a status with an object. */
export type FakeAnswer = object | number | Response;

/** The UID of the fake cluster's kube-system. */
export const FAKE_UID = "11111111-2222-3333-4444-555555555555";

/** A request that a fake API server saw. */
interface FakeRequest {
    readonly path: string;
    readonly body: unknown;
}

/** A fake API server that serves some paths and responds with 404 to others; `post` handles requests with a body. */
export function fakeApi(
    answers: Readonly<Record<string, FakeAnswer>>,
    post: (path: string, body: object) => FakeAnswer = () => 404,
): { send: Send; requests: FakeRequest[] } {
    const requests: FakeRequest[] = [];
    return {
        requests,
        send: (path, body) => {
            requests.push({ path, body });
            const answer = body === undefined ? (answers[path] ?? 404) : post(path, body);
            return Promise.resolve(response(answer));
        },
    };
}

function response(answer: FakeAnswer): Response {
    if (typeof answer === "number") {
        return { status: answer, date: new Date(), object: {} };
    }
    return isResponse(answer) ? answer : { status: 200, date: new Date(), object: answer };
}

function isResponse(answer: object): answer is Response {
    return "status" in answer && typeof answer.status === "number";
}
