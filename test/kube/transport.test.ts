import assert from "node:assert/strict";
import { openTransport, type Transport } from "../../kube/transport";
import { http, type LocalServer } from "../support/localServer";

describe("Transport", () => {
    let server: LocalServer;
    let transport: Transport;
    const seen: string[] = [];

    before(async () => {
        server = await http((request, response) => {
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk));
            request.on("end", () => {
                seen.push(`${request.method ?? ""} ${Buffer.concat(chunks).toString("utf8")}`);
                response.end("{}");
            });
        });
        transport = await openTransport({
            server: new URL(`http://127.0.0.1:${server.port}`),
            tls: {},
            credentials: { get: () => Promise.resolve({ headers: {} }), refused: () => undefined },
        });
    });

    after(async () => {
        transport.close();
        await server.close();
    });

    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        it(`sends the body of a ${method}, and the next request over the same connection`, async () => {
            seen.splice(0);
            const body = JSON.stringify({ propagationPolicy: "Background", text: "ä" });
            assert.equal((await transport.send({ path: "/", method, body })).status, 200);
            assert.equal((await transport.send({ path: "/" })).status, 200);
            assert.deepEqual(seen, [`${method} ${body}`, "GET "]);
        });
    }
});
