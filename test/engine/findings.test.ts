import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packFindings } from "../../engine/findings";
import { previewOf } from "../../engine/preview";
import type { PolicyEvent } from "../../engine/events";
import type { ReporterOptions } from "../../policy/crossguard/reporter";
import type { Exception } from "../../policy/engine/exception";
import { policyPack } from "../../policy/pack";
import { RULES } from "../../policy/rules";
import { analyze, analyzeRequest, analyzeStack, urnOf, type Diagnostic, type Props } from "../policy/analyzer";
import { hardened, set } from "../policy/fixtures";

const TYPE = "kubernetes:apps/v1:Deployment";
const CHOSEN = ["privileged", "image-tag", "resource-limits", "exceptions"];

const exception: Exception = {
    rule: "privileged",
    kind: "Deployment",
    name: "web",
    reason: "drives a device: exception for nothing",
    expires: "2999-12-31",
};

describe("Findings of the policy pack", () => {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-findings-test-"));
    let file: string;
    let number = 0;

    beforeEach(() => {
        number += 1;
        file = join(folder, `${number}.jsonl`);
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    const lines = () => readFileSync(file, "utf8").split("\n").slice(0, -1);

    /** A Deployment that violates `privileged` and, with its image, `image-tag`. */
    const broken = (): Props => {
        const container = "spec.template.spec.containers[0]";
        const object = set(hardened(), `${container}.securityContext.privileged`, true);
        return JSON.parse(JSON.stringify(set(object, `${container}.image`, "app"))) as Props;
    };

    /** Evaluates the Deployment, then the stack, and gives the events that the engine would log. */
    async function judge(exceptions: readonly Exception[], options: ReporterOptions = {}): Promise<PolicyEvent[]> {
        const rules = RULES.filter(({ id }) => CHOSEN.includes(id));
        const { policies } = policyPack(rules, exceptions, [], { file, folds: true, ...options });
        const props = broken();
        const single = await analyze(policies, analyzeRequest(TYPE, "web", props));
        const whole = await analyzeStack(policies, [{ type: TYPE, name: "web", props }]);
        const event = (urn: string) => (found: Diagnostic) => ({ urn, rule: found.policy, ...found });
        return [...single.map(event(urnOf(TYPE, "web"))), ...whole.map(event(""))];
    }

    it("reach the caller as data: rule, level, object, container, path, message", async () => {
        const events = await judge([]);
        const { findings, exceptions, faults } = packFindings(lines(), events, false);
        const found = findings.find(({ rule }) => rule === "privileged");
        assert.equal(found?.level, "mandatory");
        assert.equal(found.object, "Deployment shop/web");
        assert.equal(found.container, "api");
        assert.deepEqual(found.paths, ["spec.template.spec.containers[0].securityContext.privileged"]);
        assert.match(found.message, /^Deployment shop\/web: container "api"/);
        assert.deepEqual([exceptions, faults], [[], []]);
    });

    it("count an exception with an end date as one, with its reason, and not as a finding", async () => {
        const events = await judge([exception]);
        const { findings, exceptions, faults } = packFindings(lines(), events, false);
        assert.ok(findings.every(({ rule }) => rule !== "privileged"));
        assert.deepEqual(exceptions, [
            {
                rule: "privileged",
                object: "Deployment shop/web",
                container: "api",
                paths: ["spec.template.spec.containers[0].securityContext.privileged"],
                reason: exception.reason,
                origin: "policy/exceptions.ts",
                expires: "2999-12-31",
            },
        ]);
        assert.deepEqual(faults, []);
        // The engine receives only their number.
        assert.doesNotMatch(JSON.stringify(events), /drives a device/);
        const { message = "" } = events.find(({ rule }) => rule === "summary") ?? {};
        assert.match(message, /^1 exception used\. To list them: npx x0 policy exceptions --stack staging$/m);
    });

    it("keep a violation whose message reads like an exception", async () => {
        const events = await judge([]);
        const forged = events.map((event) => ({ ...event, message: `${event.message}: exception for x` }));
        const { findings } = packFindings(lines(), forged, false);
        assert.ok(findings.some(({ rule, level }) => rule === "privileged" && level === "mandatory"));
    });

    it("take the level that the engine was given", async () => {
        const events = await judge([]);
        const lowered = events.map((event) => ({ ...event, level: "advisory" as const }));
        assert.ok(packFindings(lines(), lowered, false).findings.every(({ level }) => level === "advisory"));
    });

    for (const [what, damage] of [
        ["is missing", () => []],
        ["has lost its end", (all: string[]) => all.slice(0, -1)],
        ["has lost a line", (all: string[]) => all.slice(1)],
        ["has half a line", (all: string[]) => [...all.slice(0, -2), all.at(-2)?.slice(0, 20) ?? "", all.at(-1) ?? ""]],
    ] as const) {
        it(`are an error when the pack's file ${what}, never none`, async () => {
            const events = await judge([exception]);
            assert.deepEqual(packFindings(lines(), events, false).faults, []);
            const { faults } = packFindings(damage(lines()), events, false);
            assert.equal(faults.length > 0, true);
            const preview = previewOf({ code: 0, stdout: "", stderr: "" }, damage(lines()), true);
            assert.notDeepEqual(preview.errors, []);
        });
    }

    it("are an error when the engine lost one", async () => {
        const events = await judge([]);
        const { faults } = packFindings(lines(), events.slice(1), false);
        assert.match(faults.join(), /The engine did not report 1 findings of the policy pack/);
    });

    it("keep what only the engine reports, e.g. that a policy of the SDK cannot run", () => {
        const event = { urn: "urn:a", rule: "x", level: "mandatory", message: "cannot run policy" } as const;
        assert.deepEqual(packFindings([], [event], true), {
            findings: [{ rule: "x", level: "mandatory", paths: [], message: "cannot run policy" }],
            exceptions: [],
            faults: [],
        });
    });
});
