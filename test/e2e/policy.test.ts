import assert from "node:assert/strict";
import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Workspace } from "../../local/workspace";
import { output, paths, POLICIES, pulumi, removeAll, workspace } from "./support/embedded";
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
