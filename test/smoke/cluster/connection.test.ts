import assert from "node:assert/strict";
import { createServer } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotRun } from "../../../errors";
import type { ContextName } from "../../../kube/kubeconfig";
import { connect, openClient } from "../../../smoke/cluster/client";

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

    const stops = async (target: ContextName, message: RegExp) => {
        await assert.rejects(openClient(target), (error) => error instanceof CannotRun && message.test(error.message));
    };

    it("stops at a missing file, a file that is not a kubeconfig, and an unknown or broken context", async () => {
        write("https://127.0.0.1:1");
        await stops({ context: "meant", kubeconfig: join(folder, "none") }, /no kubeconfig at .*none/);
        await stops({ context: "other", kubeconfig: file }, /context other .*ambient, meant, broken/);
        await stops({ context: "broken", kubeconfig: file }, /context broken names the cluster none/);
        writeFileSync(file, "token: hunter2\na: [");
        await stops({ context: "meant", kubeconfig: file }, /^(?!.*hunter2).*cannot be read as YAML/);
    });

    it("names server and context when nothing listens", async () => {
        write("https://127.0.0.1:1");
        const client = await openClient({ context: "meant", kubeconfig: file });
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
            const client = await openClient({ context: "meant", kubeconfig: file }, 200);
            await assert.rejects(connect(client, "meant"), /"meant"\): no answer within 0\.2 s/);
        } finally {
            silent.close();
        }
    });
});
