import assert from "node:assert/strict";
import { createServer } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotRun } from "../../../errors";
import { clientOf, connect, warningsIn } from "../../../smoke/cluster/client";
import { kubeConfigOf, kubectl } from "../../../smoke/cluster/connection";

describe("Connection of the smoke tests", () => {
    const folder = mkdtempSync(join(tmpdir(), "smoke-"));
    const file = join(folder, "config");
    const write = (server: string) => {
        const text = `apiVersion: v1
kind: Config
current-context: ambient
clusters: [{ name: c, cluster: { server: "${server}" } }]
users: [{ name: u, user: {} }]
contexts:
  - { name: ambient, context: { cluster: c, user: u } }
  - { name: meant, context: { cluster: c, user: u } }
  - { name: broken, context: { cluster: none, user: u } }
`;
        writeFileSync(file, text);
    };

    after(() => {
        rmSync(folder, { recursive: true });
    });

    const stops = (work: () => unknown, message: RegExp) => {
        assert.throws(work, (error) => error instanceof CannotRun && message.test(error.message));
    };

    it("takes the named context, not the current one", () => {
        write("https://127.0.0.1:1");
        assert.equal(kubeConfigOf({ context: "meant", kubeconfig: file }).getCurrentContext(), "meant");
    });

    it("stops at a missing file, a file that is no kubeconfig, and an unknown or broken context", () => {
        write("https://127.0.0.1:1");
        stops(() => kubeConfigOf({ context: "meant", kubeconfig: join(folder, "none") }), /no kubeconfig at .*none/);
        stops(() => kubeConfigOf({ context: "other", kubeconfig: file }), /"other".*ambient, meant, broken/);
        stops(() => kubeConfigOf({ context: "broken", kubeconfig: file }), /"broken".*not there/);
        writeFileSync(file, "token: hunter2\na: [");
        stops(() => kubeConfigOf({ context: "meant", kubeconfig: file }), /not a readable kubeconfig$/);
    });

    it("names server and context when nothing listens", async () => {
        write("https://127.0.0.1:1");
        const client = clientOf(kubeConfigOf({ context: "meant", kubeconfig: file }));
        await assert.rejects(
            connect(client, "meant"),
            (error) => error instanceof CannotRun && error.message.includes('https://127.0.0.1:1 (context "meant")'),
        );
    });

    it("names server and context, within 15 s, when the server never answers", async function () {
        this.timeout(15_000);
        const silent = createServer();
        await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
        try {
            const address = silent.address();
            write(`https://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`);
            const client = clientOf(kubeConfigOf({ context: "meant", kubeconfig: file }), undefined, 200);
            await assert.rejects(connect(client, "meant"), /"meant"\): no answer within 0\.2 s/);
        } finally {
            silent.close();
        }
    });

    it("quotes words for the shell only where they need it", () => {
        assert.equal(kubectl({ context: "a:b/c" }), "kubectl --context a:b/c");
        assert.equal(
            kubectl({ context: "it's", kubeconfig: "/my files/c" }),
            "kubectl --kubeconfig '/my files/c' --context 'it'\\''s'",
        );
    });

    it("reads every text of a Warning header", () => {
        assert.deepEqual(warningsIn('299 - "one, \\"two\\"", 299 - "three"'), ['one, "two"', "three"]);
        assert.deepEqual(warningsIn(""), []);
    });
});
