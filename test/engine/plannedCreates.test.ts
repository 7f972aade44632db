import assert from "node:assert/strict";
import { createsOf } from "../../engine/plannedCreates";

const step = (op: string, name: string, inputs: Record<string, unknown> = {}, custom = true) => ({
    op,
    urn: name,
    newState: { urn: name, type: "kubernetes:core/v1:Secret", custom, inputs, dependencies: ["before"] },
});

const printed = (steps: readonly object[]) => ({ code: 0, stdout: JSON.stringify({ steps }), stderr: "" });

describe("What the next update would create", () => {
    it("are the created resources, with their dependencies, and neither components nor what exists", () => {
        const steps = [
            step("same", "a"),
            step("create", "b"),
            step("create-replacement", "c"),
            step("delete-replaced", "c"),
            step("create", "component", {}, false),
        ];
        const { creates, failure } = createsOf(printed(steps));
        assert.equal(failure, undefined);
        assert.deepEqual(
            creates.map(({ urn, dependencies }) => [urn, dependencies]),
            [
                ["b", ["before"]],
                ["c", ["before"]],
            ],
        );
    });

    it("has no value that the engine masks: it would become the value in the state", () => {
        const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
        const inputs = {
            data: "[secret]",
            metadata: { name: "a", labels: { made: unknown, app: "a" } },
            list: [{ name: "x", value: "[secret]" }, 1],
            args: ["--password", "[secret]"],
            nothing: null,
        };
        assert.deepEqual(createsOf(printed([step("create", "a", inputs)])).creates[0]?.inputs, {
            metadata: { name: "a", labels: { app: "a" } },
            list: [{ name: "x" }, 1],
            nothing: null,
        });
    });

    it("is not known when the preview fails: the errors say why, else its last lines", () => {
        const diagnostics = [
            { severity: "warning", message: "w" },
            { severity: "error", message: "the chart cannot be read\n" },
        ];
        const failed = { code: 255, stdout: JSON.stringify({ diagnostics }), stderr: "" };
        assert.deepEqual(createsOf(failed), { creates: [], failure: "the chart cannot be read" });
        const lost = createsOf({ code: 255, stdout: "", stderr: "error: no stack" });
        assert.match(lost.failure ?? "", /no stack/);
    });
});
