import assert from "node:assert/strict";
import { migrationText } from "../../cli/migrate/text";
import { preview } from "../../engine/preview";
import { CannotRun } from "../../errors";
import { PROJECT_ROOT } from "../../project";

describe("What migrate prints", () => {
    const deployment = {
        object: "Deployment mesh/mesh",
        urn: "u",
        id: "mesh/mesh",
        blocked: "spec.selector",
        keepsPods: true,
    };
    const service = { object: "Service mesh/mesh", urn: "v", id: "mesh/mesh", keepsPods: false, selector: { a: "b" } };

    it("binds each command to the stack's own cluster and settings, and each update to its policies", () => {
        const text = migrationText(
            [deployment, service],
            { context: "default", kubeconfig: "/k3s" },
            { stack: "staging", configFile: "mine.yaml" },
            "import.json",
        );
        const commands = text.split("\n").filter((line) => /^ {2}(PULUMI_\S+ )?(kubectl|pulumi) /.test(line));
        assert.equal(commands.length, 6);
        for (const command of commands) {
            assert.match(
                command,
                command.includes("kubectl")
                    ? /^ {2}kubectl --kubeconfig \/k3s --context default /
                    : /--stack staging --config-file mine\.yaml/,
            );
            if (command.includes("pulumi up")) {
                assert.match(command, /--policy-pack policy --policy-pack-config policy\/config\/staging\.json$/);
            }
        }
    });
});

describe("Commands that need the Pulumi CLI", () => {
    it("say so where it is missing", async () => {
        const engine = { pulumi: "pulumi", env: { PATH: "/nonexistent" }, program: PROJECT_ROOT, stack: "staging" };
        await assert.rejects(preview(engine), (error: unknown) => {
            assert.ok(error instanceof CannotRun);
            assert.match(error.message, /the Pulumi CLI is not on PATH/);
            assert.match(error.fix, /https:/);
            return true;
        });
    });
});
