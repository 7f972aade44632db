import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { satisfies } from "semver";
import { z } from "zod";
import { moduleFolder } from "../../tools/goEnv";
import { LINKER_FLAGS, TOOLS } from "../../tools/table";
import { askVersion } from "../../tools/probe";
import { PROJECT_ROOT } from "../../project";
import { withFolder, writeScript } from "../support/temporary";

describe("versions of tools", () => {
    for (const [printed, version] of [
        ["v3.259.0", "3.259.0"],
        ["Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0", "1.32.4"],
        ["etcd Version: 3.6.16\nGo Version: go1.26.8", "3.6.16"],
        ["kwok version v0.8.0 go1.26.8 (linux/amd64)", "0.8.0"],
        ["v3.22+g1a2b3c4", "3.22.0"],
    ] as const) {
        it(`are read from output such as ${printed.split("\n", 1)[0] ?? ""}`, () =>
            withFolder(async (folder) => {
                const tool = await writeScript(join(folder, "tool"), `cat <<'END'\n${printed}\nEND`);
                assert.equal(await askVersion(tool, { versionArgs: [] }), version);
            }));
    }

    it("are accepted from the minimum on, up to the end of the range", () => {
        const range = TOOLS["kube-apiserver"].accepts;
        assert.equal(satisfies("1.36.0", range), true);
        assert.equal(satisfies("1.35.9", range), false);
        assert.equal(satisfies("1.37.0", range), false);
    });

    it("are within the range that is accepted on PATH", () => {
        for (const [name, { version, downloadVersion, accepts }] of Object.entries(TOOLS)) {
            assert.ok(satisfies(downloadVersion ?? version, accepts), name);
        }
    });

    it("are the same in the table and in the Go modules", async () => {
        const modules = {
            pulumi: "github.com/pulumi/pulumi/pkg/v3",
            etcd: "go.etcd.io/etcd/server/v3",
            kwokctl: "sigs.k8s.io/kwok",
            "kube-apiserver": "k8s.io/kubernetes",
            helm: "helm.sh/helm/v3",
        } as const;
        for (const [name, module] of Object.entries(modules) as [keyof typeof modules, string][]) {
            const spec = TOOLS[name];
            const text = await readFile(join(moduleFolder(spec.family), "go.mod"), "utf8");
            assert.ok(
                text.includes(`\t${module} v${spec.version}`) || text.includes(`require ${module} v${spec.version}`),
                name,
            );
        }
    });

    it("name every Go package as a tool of its module", async () => {
        for (const [name, { family, goPackage }] of Object.entries(TOOLS)) {
            const text = await readFile(join(moduleFolder(family), "go.mod"), "utf8");
            assert.match(text, new RegExp(`(^tool |^\\t)${goPackage.replaceAll(".", "\\.")}$`, "m"), name);
        }
    });

    it("download the CLI of the release of the SDK", async () => {
        const text = await readFile(join(PROJECT_ROOT, "package.json"), "utf8");
        const { dependencies } = z.object({ dependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(text));
        assert.equal(TOOLS.pulumi.downloadVersion, dependencies["@pulumi/pulumi"]);
    });

    it("are linked into the binaries that do not know them otherwise", () => {
        assert.ok(LINKER_FLAGS.kubernetes.includes(`gitVersion=v${TOOLS["kube-apiserver"].version}`));
        assert.ok(LINKER_FLAGS.pulumi.includes(`Version=v${TOOLS.pulumi.version}`));
        assert.ok(LINKER_FLAGS.helm.includes(`version=v${TOOLS.helm.version}`));
        const [major, minor] = TOOLS["kube-apiserver"].version.split(".");
        assert.ok(LINKER_FLAGS.helm.includes(`k8sVersionMajor=${major} `));
        assert.ok(LINKER_FLAGS.helm.endsWith(`k8sVersionMinor=${minor}`));
    });
});
