import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rememberingReader } from "../../kube/read";
import { http, type LocalServer } from "../support/localServer";

describe("A reader that remembers", () => {
    const folder = mkdtempSync(join(tmpdir(), "read-"));
    const kubeconfig = join(folder, "config");
    const asked: string[] = [];
    let server: LocalServer;

    before(async () => {
        server = await http(({ url = "", headers }, response) => {
            asked.push(`${url} ${headers.accept ?? ""}`);
            response.end(JSON.stringify({ url }));
        });
        writeFileSync(
            kubeconfig,
            JSON.stringify({
                clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${server.port}` } }],
                contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
                users: [{ name: "u", user: {} }],
            }),
        );
    });

    after(async () => {
        await server.close();
        rmSync(folder, { recursive: true });
    });

    it("requests each object once, even for two concurrent reads", async () => {
        const read = rememberingReader({ context: "here", kubeconfig });
        const [first, second] = await Promise.all([read("/a"), read("/a")]);
        assert.deepEqual(
            [first, second, await read("/b")],
            [
                { seen: true, object: { url: "/a" } },
                { seen: true, object: { url: "/a" } },
                { seen: true, object: { url: "/b" } },
            ],
        );
        await read("/a", "application/yaml");
        assert.deepEqual(asked, ["/a application/json", "/b application/json", "/a application/yaml"]);
    });

    it("connects at the first read, which fails where the kubeconfig cannot be used", async () => {
        const read = rememberingReader({ context: "nowhere", kubeconfig });
        await assert.rejects(read("/a"), /context nowhere is in none of/);
    });
});
