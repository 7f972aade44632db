import assert from "node:assert/strict";
import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Workspace } from "../../local/workspace";
import { ensureTools } from "../../tools";
import { output, paths, POLICIES, progress, pulumi, removeAll, workspace } from "./support/embedded";
import { clients } from "./support/objects";

describe("A policy violation", () => {
    let space: Workspace;
    const project = join(paths.root, "violation");

    before(async () => {
        await removeAll();
        space = await workspace("staging");
        await cp(join(__dirname, "fixtures", "violation"), project, { recursive: true });
        await symlink(join(paths.checkout, "node_modules"), join(project, "node_modules"));
        await pulumi(space, ["stack", "init", "test"], { cwd: project });
    });

    after(removeAll);

    it("blocks the update and names object, container, path and fix", async () => {
        const result = await pulumi(space, ["up", "--yes", ...POLICIES], {
            cwd: project,
            env: { TEST_CONTEXT: space.cluster.context },
        });
        assert.notEqual(result.code, 0);
        const text = output(result);
        assert.match(text, /run-as-non-root/);
        assert.match(text, /Deployment default\/careless/);
        assert.match(text, /"web"/);
        assert.match(text, /spec\.template\.spec\.containers\[0\]\.securityContext\.runAsNonRoot/);
        assert.match(text, /resource-limits/);
        assert.match(text, /liveness-probe/);
        assert.match(text, /[Ss]et /);
    });

    it("creates nothing", async () => {
        const { items } = await clients(space.cluster).apps.listNamespacedDeployment({ namespace: "default" });
        assert.deepEqual(items, []);
    });
});

describe("A chart that depends on the cluster", () => {
    let space: Workspace;
    let helm: string;
    let minor: string;
    const project = join(paths.root, "capabilities");

    before(async () => {
        await removeAll();
        space = await workspace("staging");
        const tools = await ensureTools(["helm", "kube-apiserver"], progress);
        helm = tools.helm.path;
        minor = tools["kube-apiserver"].version.split(".")[1] ?? "";
        await cp(join(__dirname, "fixtures", "capabilities"), project, { recursive: true });
        await symlink(join(paths.checkout, "node_modules"), join(project, "node_modules"));
        await pulumi(space, ["stack", "init", "test"], { cwd: project });
    });

    after(removeAll);

    const judged = async (context: string, ...args: string[]): Promise<string> => {
        const env = { TEST_CONTEXT: context, X0TTA6BL4_HELM: helm, X0TTA6BL4_POLICY_SHOW: "all" };
        const result = await pulumi(space, [...args, ...POLICIES], { cwd: project, env });
        assert.notEqual(result.code, 0);
        return output(result);
    };

    for (const args of [["preview"], ["up", "--yes", "--skip-preview"]]) {
        it(`is evaluated as the update renders it, in ${args[0]}`, async () => {
            const text = await judged(space.cluster.context, ...args);
            const origin = "(Release default/web, template web/templates/pod.yaml)";
            assert.ok(text.includes(`Pod default/cluster-${minor}-live ${origin}: `), text);
            assert.doesNotMatch(text, /that helm assumes/);
        });
    }

    it("is evaluated as helm renders it without a cluster, which is said", async () => {
        const text = await judged("nowhere", "preview");
        assert.match(text, /Pod default\/assumed-\d+-blind /);
        assert.match(text, /Release default\/web: chart is rendered for .* that helm assumes, .* no such context\./);
    });
});
