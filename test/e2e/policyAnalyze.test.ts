import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packFindings } from "../../engine/findings";
import { FINDINGS_FILE } from "../../policy/crossguard/record";
import { localPaths } from "../../process/paths";
import type { RunResult } from "../../process/run";
import { EXCEPTIONS } from "../../policy/exceptions";
import { withoutChart } from "../support/chart";
import { goldenResources, type GoldenResource } from "../policy/golden";
import { separatePaths } from "../support/paths";
import { output } from "./support/embedded";
import { offlinePulumi, type OfflinePulumi } from "./support/offline";

/** A finding in the CLI's output. */
interface PolicyEvent {
    readonly policyName: string;
    readonly enforcementLevel: string;
    readonly message: string;
    readonly resourceUrn?: string;
}

/** The findings in the output, which has one event a line. */
function eventsOf({ stdout }: RunResult): PolicyEvent[] {
    return stdout
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .flatMap((line) => (JSON.parse(line) as { policyEvent?: PolicyEvent }).policyEvent ?? []);
}

const PREFIX = "urn:pulumi:staging::x0tta6bl4::";

/** The state that an export of the stack would hold. */
function stateOf(resources: readonly GoldenResource[]): object {
    const packages = ["kubernetes", "random"];
    const providerOf = (name: string) => `${PREFIX}pulumi:providers:${name}::default`;
    const stack = `${PREFIX}pulumi:pulumi:Stack::x0tta6bl4-staging`;
    return {
        version: 3,
        deployment: {
            manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
            resources: [
                { urn: stack, custom: false, type: "pulumi:pulumi:Stack" },
                ...packages.map((name) => ({
                    urn: providerOf(name),
                    custom: true,
                    id: name,
                    type: `pulumi:providers:${name}`,
                })),
                ...resources.map(({ type, name, inputs }) => {
                    const [owner = ""] = type.split(":");
                    const common = { urn: `${PREFIX}${type}::${name}`, type, parent: stack };
                    if (!packages.includes(owner)) {
                        return { ...common, custom: false };
                    }
                    const provider = `${providerOf(owner)}::${owner}`;
                    return { ...common, custom: true, id: name, inputs, outputs: inputs, provider };
                }),
            ],
        },
    };
}

describe("pulumi policy analyze", () => {
    const paths = separatePaths(localPaths(), "analyze");
    const policy = join(paths.checkout, "policy");
    let cli: OfflinePulumi;
    let resources: GoldenResource[];

    before(async () => {
        cli = await offlinePulumi(paths);
        resources = goldenResources("staging");
    });

    after(() => rm(paths.root, { recursive: true, force: true }));

    /** Analyzes a state with the pack as it is configured for staging. */
    const analyze = async (state: object): Promise<RunResult> => {
        const file = join(paths.root, "state.json");
        await writeFile(file, JSON.stringify(state));
        const config = join(policy, "config", "staging.json");
        const flags = ["--file", file, "--policy-pack", policy, "--policy-pack-config", config, "--json"];
        const findings = join(paths.root, "findings.jsonl");
        await rm(findings, { force: true });
        return cli.pulumi(paths.root, ["policy", "analyze", ...flags], { [FINDINGS_FILE]: findings });
    };

    it(`passes the exported stack, with the listed exceptions${withoutChart("its chart is not evaluated")}`, async () => {
        const result = await analyze(stateOf(resources));
        assert.equal(result.code, 0, output(result));
        const events = eventsOf(result);
        assert.deepEqual(
            events.filter(({ enforcementLevel }) => enforcementLevel !== "advisory"),
            [],
        );
        const lines = (await readFile(join(paths.root, "findings.jsonl"), "utf8")).trim().split("\n");
        const reported = events.map(({ policyName: rule, message, resourceUrn: urn = "" }) => {
            return { urn: urn.includes("pulumi:pulumi:Stack") ? "" : urn, rule, message, level: "advisory" as const };
        });
        const { exceptions, faults } = packFindings(lines, reported, false);
        assert.deepEqual(faults, []);
        assert.ok(exceptions.some(({ rule }) => rule === "host-namespaces"));
        // Annotations of the mesh's sidecar state why it has neither a liveness nor a readiness probe.
        const listed = exceptions.filter(({ origin }) => origin === "policy/exceptions.ts");
        assert.deepEqual(exceptions.flatMap((used) => (listed.includes(used) ? [] : [used.rule])).sort(), [
            "liveness-probe",
            "readiness-probe",
        ]);
        for (const used of listed) {
            assert.ok(
                EXCEPTIONS.some(({ rule, reason }) => rule === used.rule && reason === used.reason),
                JSON.stringify(used),
            );
        }
        const summary = events.find(({ policyName }) => policyName === "summary");
        assert.match(summary?.message ?? "", new RegExp(`^${exceptions.length} exceptions used\\.`, "m"));
    });

    it("fails for an object that breaks a rule, and names it", async () => {
        const broken = structuredClone(resources);
        const deployment = broken.find(({ type }) => type === "kubernetes:apps/v1:Deployment");
        assert.ok(deployment);
        Object.assign((deployment.inputs.spec as { template: { spec: object } }).template.spec, { hostNetwork: true });
        const result = await analyze(stateOf(broken));
        assert.notEqual(result.code, 0);
        const { name } = deployment.inputs.metadata as { name: string };
        const [first] = eventsOf(result).filter(({ enforcementLevel }) => enforcementLevel === "mandatory");
        assert.equal(first?.policyName, "host-namespaces");
        assert.match(first.message, new RegExp(`Deployment [\\w-]+/${name}: spec.template.spec.hostNetwork is true`));
    });
});
