import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { moduleFolder } from "../../tools/goEnv";
import { linkerFlags, tools } from "../../tools/table";
import { compareVersions, inRange, parseVersion } from "../../tools/versions";
import { PROJECT_ROOT } from "../../project";

describe("versions of tools", () => {
    it("are read from what each tool prints", () => {
        assert.deepEqual(parseVersion("v3.259.0\n"), [3, 259, 0]);
        assert.deepEqual(parseVersion("Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0"), [1, 32, 4]);
        assert.deepEqual(parseVersion("etcd Version: 3.6.16\nGo Version: go1.26.8"), [3, 6, 16]);
        assert.deepEqual(parseVersion("kwok version v0.8.0 go1.26.8 (linux/amd64)"), [0, 8, 0]);
        assert.deepEqual(parseVersion("v3.22+g1a2b3c4"), [3, 22, 0]);
        assert.equal(parseVersion("no version"), undefined);
    });

    it("are compared as numbers, not as text", () => {
        assert.ok(compareVersions([3, 9, 0], [3, 10, 0]) < 0);
        assert.ok(compareVersions([1, 36, 10], [1, 36, 9]) > 0);
        assert.equal(compareVersions([1, 2, 3], [1, 2, 3]), 0);
    });

    it("are accepted from the minimum on, and not from the end of the range on", () => {
        const range = tools["kube-apiserver"].accepts;
        assert.equal(inRange([1, 36, 0], range), true);
        assert.equal(inRange([1, 35, 9], range), false);
        assert.equal(inRange([1, 37, 0], range), false);
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
            const spec = tools[name];
            const text = await readFile(join(moduleFolder(spec.family), "go.mod"), "utf8");
            assert.ok(
                text.includes(`\t${module} v${spec.version}`) || text.includes(`require ${module} v${spec.version}`),
                name,
            );
        }
    });

    it("name every Go package as a tool of its module", async () => {
        for (const [name, { family, goPackage }] of Object.entries(tools)) {
            const text = await readFile(join(moduleFolder(family), "go.mod"), "utf8");
            assert.match(text, new RegExp(`(^tool |^\\t)${goPackage.replaceAll(".", "\\.")}$`, "m"), name);
        }
    });

    it("download the CLI of the SDK's own release", async () => {
        const text = await readFile(join(PROJECT_ROOT, "package.json"), "utf8");
        const { dependencies } = z.object({ dependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(text));
        assert.equal(tools.pulumi.downloadVersion, dependencies["@pulumi/pulumi"]);
    });

    it("are linked into the binaries that would not know them otherwise", () => {
        assert.ok(linkerFlags.kubernetes.includes(`gitVersion=v${tools["kube-apiserver"].version}`));
        assert.ok(linkerFlags.pulumi.includes(`Version=v${tools.pulumi.version}`));
        assert.ok(linkerFlags.helm.includes(`version=v${tools.helm.version}`));
        const [major, minor] = tools["kube-apiserver"].version.split(".");
        assert.ok(linkerFlags.helm.includes(`k8sVersionMajor=${major} `));
        assert.ok(linkerFlags.helm.endsWith(`k8sVersionMinor=${minor}`));
    });
});
