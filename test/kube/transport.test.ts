import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { openTransport } from "../../kube/transport";
import { http } from "../support/localServer";

describe("Transport to an API server", () => {
    it("sends a body with its length by every method, so that the next request on the connection is read as one", async () => {
        const seen: string[] = [];
        const server = await http((request, response) => {
            void text(request).then((body) => {
                seen.push(`${request.method} ${body}`);
                response.end("{}");
            });
        });
        const credentials = { get: () => Promise.resolve({ headers: {} }), refused: () => undefined };
        const transport = await openTransport({
            server: new URL(`http://127.0.0.1:${server.port}`),
            tls: {},
            credentials,
        });
        try {
            for (const method of ["POST", "DELETE", "PATCH", "GET"]) {
                const body = method === "GET" ? undefined : '{"text":"ä"}';
                assert.equal((await transport.send({ path: "/", method, body })).status, 200, method);
            }
            assert.deepEqual(seen, ['POST {"text":"ä"}', 'DELETE {"text":"ä"}', 'PATCH {"text":"ä"}', "GET "]);
        } finally {
            transport.close();
            await server.close();
        }
    });
});
