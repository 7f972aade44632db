import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { RuleConfig } from "../../../policy/engine/options";
import { evaluator } from "../../../policy/evaluation/evaluate";
import { RULES } from "../../../policy/rules";
import { source } from "../fixtures";
import { random, randomPod } from "./pods";

/** Checks of Kubernetes, and the equivalent rules of the pack. */
const CHECK_RULES: Readonly<Record<string, string>> = {
    allowPrivilegeEscalation: "privilege-escalation",
    appArmorProfile: "apparmor-profile",
    capabilities_baseline: "capabilities-baseline",
    capabilities_restricted: "capabilities-restricted",
    hostNamespaces: "host-namespaces",
    hostPathVolumes: "host-path",
    hostPorts: "host-ports",
    hostProbesAndHostLifecycle: "host-probes",
    privileged: "privileged",
    procMount: "proc-mount",
    procMount_restricted: "proc-mount-restricted",
    restrictedVolumes: "volume-types",
    runAsNonRoot: "run-as-non-root",
    runAsUser: "run-as-user-nonzero",
    seLinuxOptions: "selinux-options",
    seccompProfile_baseline: "seccomp-baseline",
    seccompProfile_restricted: "seccomp-restricted",
    sysctls: "sysctls",
    windowsHostProcess: "windows-host-process",
};

/** Minor versions at which a check changes, the one before, and the newest. */
const VERSIONS = ["18", "19", "22", "23", "24", "25", "27", "29", "30", "31", "32", "34", "35", "37"];

const PODS = 1000;

describe("the Pod Security rules", function () {
    this.timeout(300_000);
    let folder: string | undefined;
    let program = "";

    before(function () {
        folder = mkdtempSync(path.join(tmpdir(), "policy-psa-"));
        program = path.join(folder, process.platform === "win32" ? "psa.exe" : "psa");
        // Nothing is fetched here: `go mod download` in this folder does it once.
        const env = { ...process.env, GOPROXY: "off", GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local" };
        const built = spawnSync("go", ["build", "-o", program, "."], { cwd: __dirname, env, encoding: "utf8" });
        if (built.status !== 0) {
            this.skip();
        }
    });
    after(() => {
        if (folder !== undefined) {
            rmSync(folder, { recursive: true });
        }
    });

    it("say of every pod what Kubernetes' own checks say, in every version", () => {
        const next = random(20260601);
        const pods = Array.from({ length: PODS }, () => randomPod(next));
        const input = pods.map((pod) => JSON.stringify(pod)).join("\n");
        const run = spawnSync(program, VERSIONS, { input, encoding: "utf8", maxBuffer: 1 << 28 });
        assert.equal(run.status, 0, run.stderr);
        const verdicts = run.stdout
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as Record<string, string[]>);
        assert.equal(verdicts.length, pods.length);

        const chosen = RULES.filter(({ id }) => Object.values(CHECK_RULES).includes(id));
        const seen = new Set<string>();
        for (const version of VERSIONS) {
            const config = Object.fromEntries(
                chosen
                    .filter(({ options }) => "pssVersion" in options)
                    .map(({ id }): [string, RuleConfig] => [id, { pssVersion: `v1.${version}` }]),
            );
            // Kubernetes reports a hostPath twice, by two checks; here only by host-path, unless requested otherwise.
            config["volume-types"] = { hostPath: true };
            const evaluate = evaluator({ rules: chosen, config });
            pods.forEach((pod, index) => {
                // Before it existed, the baseline check did what the restricted one does.
                const failed = verdicts[index]?.[version] ?? [];
                const known =
                    Number(version) >= 35
                        ? failed
                        : [...failed, ...(failed.includes("procMount") ? ["procMount_restricted"] : [])];
                const ours = new Set(
                    evaluate(source(pod))
                        .filter(({ type }) => type === "violation")
                        .map(({ rule }) => rule),
                );
                const theirs = new Set(known.map((check) => CHECK_RULES[check] ?? check));
                assert.deepEqual([...ours].sort(), [...theirs].sort(), `v1.${version}: ${JSON.stringify(pod)}`);
                for (const rule of theirs) {
                    seen.add(rule);
                }
            });
        }
        assert.deepEqual([...seen].sort(), Object.values(CHECK_RULES).sort(), "some check never failed");
    });
});
