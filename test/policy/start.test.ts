import { EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as path from "node:path";
import { RULES } from "../../policy/rules";
import { buildPack, PACK, packArguments, startPack, type RunningPack } from "../support/policyPack";
import { analyzeRequest, type Diagnostic, type Props } from "./analyzer";
import { hardened, set } from "./fixtures";

/** Levels in the protocol. */
const LEVELS = {
    mandatory: EnforcementLevel.MANDATORY,
    advisory: EnforcementLevel.ADVISORY,
    disabled: EnforcementLevel.DISABLED,
};

/** Files and Node.js modules that a pack's process has loaded when it starts listening. */
async function modulesAtStart(args: readonly string[]): Promise<string[]> {
    // The SDK prints the port last.
    const report =
        "const { log } = console; console.log = () => log(JSON.stringify([...Object.keys(require.cache), ...process.moduleLoadList]));";
    const probe = `data:text/javascript,${encodeURIComponent(`import { createRequire } from "node:module";
const require = createRequire(${JSON.stringify(path.join(PACK, "index.js"))}); ${report}`)}`;
    const child = spawn(process.execPath, ["--import", probe, ...args], {
        cwd: PACK,
        stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
        printed += chunk.toString();
        if (printed.includes("\n")) {
            child.kill();
        }
    }
    return JSON.parse(printed) as string[];
}

describe("the built pack", function () {
    this.timeout(30_000);
    let pack: RunningPack;

    before(async () => {
        buildPack();
        pack = await startPack(PACK, { X0TTA6BL4_POLICY_SHOW: "all" });
    });

    after(() => {
        pack.stop();
    });

    /** Analyzes a Deployment. */
    const analyze = (object: object): Promise<Diagnostic[]> =>
        pack.analyze(
            analyzeRequest("kubernetes:apps/v1:Deployment", "web", JSON.parse(JSON.stringify(object)) as Props),
        );

    const bad = set(hardened(), "spec.template.spec.securityContext", {
        runAsUser: 1000,
        seccompProfile: { type: "RuntimeDefault" },
    });

    it("tells the engine every rule with level, schema and remediation", async () => {
        const info = await pack.info();
        assert.equal(info.getName(), "x0tta6bl4");
        assert.equal(info.getVersion(), "0.1.0");
        assert.deepEqual(
            info
                .getPoliciesList()
                .slice(0, RULES.length)
                .map((policy) => [policy.getName(), policy.getEnforcementlevel()]),
            RULES.map(({ id, level }) => [id, LEVELS[level]]),
        );
        const [first] = info.getPoliciesList();
        assert.match(first?.getRemediationSteps() ?? "", /^1\. Set securityContext/);
        assert.deepEqual(first?.getConfigschema()?.getProperties()?.toJavaScript().userNamespacesRelax, {
            type: "boolean",
            description: "Accept pods with their own user namespace (hostUsers: false).",
            default: true,
        });
    });

    it("evaluates a Deployment", async () => {
        assert.deepEqual(await analyze(hardened()), []);
        const found = await analyze(bad);
        assert.deepEqual(
            [...new Set(found.map(({ policy, level }) => `${policy} ${level}`))],
            ["run-as-non-root mandatory"],
        );
    });

    it("has nothing to say about resources that are none of Kubernetes, whatever they hold", async () => {
        const properties = JSON.parse(JSON.stringify(bad)) as Props;
        assert.deepEqual(await pack.analyze(analyzeRequest("random:index:Deployment", "web", properties)), []);
        const list = await pack.analyze(
            analyzeRequest("kubernetes:apps/v1:DeploymentList", "web", { items: [properties] }),
        );
        assert.notEqual(list.length, 0);
    });

    it("takes level and options of each rule from the configuration", async () => {
        await pack.configure({ "run-as-non-root": { level: EnforcementLevel.ADVISORY } });
        assert.deepEqual([...new Set((await analyze(bad)).map(({ level }) => level))], ["advisory"]);
        await pack.configure({ "run-as-non-root": { level: EnforcementLevel.DISABLED } });
        assert.deepEqual(await analyze(bad), []);
        await pack.configure({ "run-as-non-root": { options: { acceptNonZeroUser: true } } });
        assert.deepEqual(await analyze(bad), []);
        await pack.configure({});
        assert.equal((await analyze(bad)).length, 4);
    });

    it("reports an option that it cannot use instead of ending the update", async () => {
        await pack.configure({ "liveness-probe": { options: { skip: ["a"] } } });
        const found = await analyze(hardened());
        assert.equal(found.length, 1);
        assert.match(
            found[0]?.message ?? "",
            /\nConfiguration of rule liveness-probe: option skip does not exist \(options of this rule: kinds, skipContainers, acceptStartup, allowAnnotations, exceptions\)/,
        );
        await pack.configure({});
    });

    it("remediates only Kubernetes objects, and only while the level of a rule says so", async () => {
        const object = JSON.parse(JSON.stringify(bad)) as Props;
        const fixed = (type: string) => pack.remediate(analyzeRequest(type, "web", object));
        assert.deepEqual(await fixed("kubernetes:apps/v1:Deployment"), []);
        await pack.configure({ "run-as-non-root": { level: EnforcementLevel.REMEDIATE } });
        assert.deepEqual(await fixed("kubernetes:apps/v1:Deployment"), ["run-as-non-root"]);
        assert.deepEqual(await fixed("random:index:Deployment"), []);
        await pack.configure({});
        assert.deepEqual(await fixed("kubernetes:apps/v1:Deployment"), []);
    });

    it("loads neither the whole Pulumi SDK nor that of Kubernetes", async () => {
        const loaded = await modulesAtStart(packArguments(PACK));
        const ofPulumi = (name: string) => path.join("node_modules", "@pulumi", name);
        assert.ok(loaded.some((file) => file.endsWith(path.join(ofPulumi("pulumi"), "output.js"))));
        const whole = [path.join(ofPulumi("pulumi"), "index.js"), ofPulumi("kubernetes"), ofPulumi("policy")];
        assert.deepEqual(
            loaded.filter((file) => whole.some((part) => file.includes(part))),
            [],
        );
    });
});
