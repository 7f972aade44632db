import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import program from "../../..";
import { localPaths } from "../../../process/paths";
import { prepare } from "../../../cli/cluster/prepare";
import { exitCode } from "../../../preflight/report";
import { FAKE_UID } from "../../support/apiServer";
import { clusterRequest } from "../../support/clusterRequest";
import { withFolder } from "../../support/temporary";
import { http } from "../../support/localServer";

/** Runs `existing` against an API server of a version; returns the report and the stack file. */
async function existing(gitVersion: string, context = "here") {
    const [, minor] = gitVersion.split(".");
    const server = await http(({ url, method }, response) => {
        const answers: Record<string, object> = {
            "/version": { major: "1", minor, gitVersion },
            "/api/v1/namespaces/kube-system": { metadata: { uid: FAKE_UID } },
        };
        const answer = method === "GET" ? answers[url ?? ""] : undefined;
        response.writeHead(answer === undefined ? 403 : 200).end(JSON.stringify(answer ?? {}));
    });
    let result: { report: Awaited<ReturnType<typeof prepare>>; file: string } | undefined;
    await withFolder(async (folder) => {
        const [kubeconfig, file] = [join(folder, "config"), join(folder, "stack.yaml")];
        copyFileSync("Pulumi.staging.yaml", file);
        writeFileSync(
            kubeconfig,
            JSON.stringify({
                clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${server.port}` } }],
                contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
                users: [{ name: "u", user: {} }],
            }),
        );
        const request = clusterRequest({ context, kubeconfig, configFile: file });
        const report = await prepare(request, "existing", {
            progress: { step: (_title, work) => work({ update: () => undefined }), note: () => undefined },
            confirm: () => Promise.resolve(false),
            paths: localPaths(),
            env: process.env,
            kubeconfigs: folder,
            program,
            k3sKubeconfig: "",
        });
        result = { report, file: readFileSync(file, "utf8") };
    });
    await server.close();
    return result ?? assert.fail();
}

describe("Preparing a cluster", () => {
    it("gives a stack one that is new enough, whatever else cannot be read", async () => {
        const { report, file } = await existing("v1.27.0");
        assert.equal(exitCode(report), 0, JSON.stringify(report.groups));
        assert.equal(report.changed, true);
        assert.match(file, new RegExp(`identifier: ${FAKE_UID}`));
    });

    it("gives a stack none whose Kubernetes is too old", async () => {
        const { report, file } = await existing("v1.26.15");
        assert.equal(exitCode(report), 1);
        assert.equal(report.changed, false);
        assert.equal(file, readFileSync("Pulumi.staging.yaml", "utf8"));
    });

    it("says which flag fixes a context that does not exist", async () => {
        const { report } = await existing("v1.30.0", "nowhere");
        const [finding] = report.groups.find(({ title }) => title === "Cluster")?.findings ?? [];
        assert.match(finding?.detail ?? "", /nowhere is in none of .* \(contexts there: here\)/);
        assert.match(finding?.fix ?? "", /--context NAME$/);
    });
});
