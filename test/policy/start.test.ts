import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
    type AnalyzerInfo,
    ConfigureAnalyzerRequest,
    EnforcementLevel,
    PolicyConfig,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { rules } from "../../policy/rules";
import { analyzeRequest, diagnostics, type Diagnostic, type Props } from "./analyzer";
import { hardened, set } from "./fixtures";

const ROOT = path.join(__dirname, "..", "..");
const PACK = path.join(ROOT, "policy");
const RUNNER = path.join(ROOT, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");

/** Levels as the protocol has them. */
const LEVELS = {
    mandatory: EnforcementLevel.MANDATORY,
    advisory: EnforcementLevel.ADVISORY,
    disabled: EnforcementLevel.DISABLED,
};

/** Starts the built pack as the Pulumi CLI does. */
async function start(): Promise<{ process: ChildProcess; address: string }> {
    const child = spawn(process.execPath, [RUNNER, "127.0.0.1:1", "."], {
        cwd: PACK,
        stdio: ["ignore", "pipe", "inherit"],
    });
    const [output] = (await once(child.stdout, "data")) as [Buffer];
    return {
        process: child,
        address: `127.0.0.1:${output.toString().trim()}`,
    };
}

/** Calls a method of the client that takes a callback. */
function call<T>(method: (callback: (error: Error | null, response: T) => void) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
        method((error, response) => {
            if (error === null) resolve(response);
            else reject(error);
        });
    });
}

describe("the built pack", function () {
    this.timeout(30_000);
    const started: ChildProcess[] = [];
    let client: AnalyzerClient;

    before(async () => {
        execFileSync(process.execPath, ["--require", "tsx/cjs", path.join(PACK, "build.ts")], { cwd: ROOT });
        const pack = await start();
        started.push(pack.process);
        client = new AnalyzerClient(pack.address, credentials.createInsecure());
    });

    after(() => {
        client.close();
        for (const child of started) child.kill();
    });

    /** Configures rules by id: a level, and options. */
    const configure = (config: Record<string, { level?: EnforcementLevel; options?: Props }>) => {
        const request = new ConfigureAnalyzerRequest();
        for (const [rule, { level = EnforcementLevel.MANDATORY, options = {} }] of Object.entries(config)) {
            const entry = new PolicyConfig().setEnforcementlevel(level).setProperties(Struct.fromJavaScript(options));
            request.getPolicyconfigMap().set(rule, entry);
        }
        return call((callback) => client.configure(request, callback));
    };

    /** Analyzes a Deployment. */
    const analyze = async (object: object): Promise<Diagnostic[]> => {
        const props = JSON.parse(JSON.stringify(object)) as Props;
        const request = analyzeRequest("kubernetes:apps/v1:Deployment", "web", props);
        return diagnostics(await call((callback) => client.analyze(request, callback)));
    };

    const bad = set(hardened(), "spec.template.spec.securityContext", {
        runAsUser: 1000,
        seccompProfile: { type: "RuntimeDefault" },
    });

    it("tells the engine every rule with level, schema and remediation", async () => {
        const info = await call<AnalyzerInfo>((callback) => client.getAnalyzerInfo(new Empty(), callback));
        assert.equal(info.getName(), "x0tta6bl4");
        assert.equal(info.getVersion(), "0.1.0");
        assert.deepEqual(
            info
                .getPoliciesList()
                .slice(0, rules.length)
                .map((policy) => [policy.getName(), policy.getEnforcementlevel()]),
            rules.map(({ id, level }) => [id, LEVELS[level]]),
        );
        const [first] = info.getPoliciesList();
        assert.match(first?.getRemediationSteps() ?? "", /^1\. Set securityContext/);
        assert.deepEqual(first?.getConfigschema()?.getProperties()?.toJavaScript().userNamespacesRelax, {
            type: "boolean",
            description: "Accept pods with a user namespace of their own (hostUsers: false).",
            default: true,
        });
    });

    it("judges a Deployment", async () => {
        assert.deepEqual(await analyze(hardened()), []);
        const found = await analyze(bad);
        assert.deepEqual(
            [...new Set(found.map(({ policy, level }) => `${policy} ${level}`))],
            ["run-as-non-root mandatory"],
        );
    });

    it("takes level and options of each rule from the configuration", async () => {
        await configure({ "run-as-non-root": { level: EnforcementLevel.ADVISORY } });
        assert.deepEqual([...new Set((await analyze(bad)).map(({ level }) => level))], ["advisory"]);
        await configure({ "run-as-non-root": { level: EnforcementLevel.DISABLED } });
        assert.deepEqual(await analyze(bad), []);
        await configure({ "run-as-non-root": { options: { acceptNonZeroUser: true } } });
        assert.deepEqual(await analyze(bad), []);
        await configure({});
        assert.equal((await analyze(bad)).length, 4);
    });

    it("reports an option that it can't use instead of ending the update", async () => {
        await configure({ "liveness-probe": { options: { skip: ["a"] } } });
        const found = await analyze(hardened());
        assert.equal(found.length, 1);
        assert.match(
            found[0]?.message ?? "",
            /\nConfiguration of rule liveness-probe: option skip does not exist \(options of this rule: kinds, skipContainers, acceptStartup\)/,
        );
        await configure({});
    });

    it("loads neither the whole Pulumi SDK nor that of Kubernetes", () => {
        const bundle = readFileSync(path.join(PACK, "bin", "index.js"), "utf8");
        const loaded = [...bundle.matchAll(/require\("(@pulumi\/[^"]*)"\)/g)].map(([, module = ""]) => module);
        assert.ok(loaded.includes("@pulumi/pulumi/output"), loaded.join(", "));
        assert.deepEqual(
            loaded.filter((module) => !module.startsWith("@pulumi/pulumi/")),
            [],
        );
    });
});
