import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Read } from "../../kube/read";
import { leftovers } from "../../cli/clean/leftovers";
import { leftoversText } from "../../cli/clean/clean";
import { inventory } from "../../cli/destroy/inventory";
import { inventoryText } from "../../cli/destroy/destroy";
import { changesWithCosts, diffText } from "../../cli/diff/diff";
import type { PreviewReport } from "../../engine/report";
import { confirmed } from "../../terminal/confirm";
import { guardProd } from "../../cli/removal";
import { engineFailure } from "../../engine/update";
import { RELEASE_TYPE, type Resource } from "../../engine/state";
import { environmentOf } from "../../settings/shared/environments";
import { localPaths } from "../../process/paths";
import { CannotRun } from "../../errors";
import { hasControlCharacters } from "../../shell";
import { withFolder } from "../support/temporary";

const NARROW = { columns: 60, colour: false };

describe("What diff prints", () => {
    const used = { rule: "host-path", object: "Pod a/b", paths: ["spec"], reason: "r", origin: "o" };
    const report: PreviewReport = {
        stack: "staging",
        against: "the state of the stack",
        resources: 62,
        changes: [
            {
                op: "update",
                object: "ConfigMap x0tta6bl4-staging/staging-x0tta6bl4-config",
                details: [{ path: "data.LOG_LEVEL", before: "DEBUG", after: "INFO" }],
            },
            { op: "create", object: "Service ns/a", details: [] },
            {
                op: "replace",
                object: "StatefulSet spire/spire-server",
                details: [{ path: "spec.volumeClaimTemplates" }],
            },
        ],
        findings: [{ rule: "image-tag", level: "mandatory", paths: [], message: "Deployment ns/a: pin it" }],
        exceptions: [used, used],
        errors: [],
    };

    it("is one line an object within the terminal, the findings, and the counts", () => {
        const lines = diffText(report, false, NARROW).split("\n");
        assert.deepEqual(lines, [
            "~ ConfigMap x0tta6bl4-staging/staging-x0tta6bl4-config  dat…",
            "+ Service ns/a",
            "± StatefulSet spire/spire-server  spec.volumeClaimTemplates",
            "      replaced: its pods are deleted first; their claims stay",
            "mandatory image-tag",
            "    Deployment ns/a: pin it",
            "1 to create, 1 to update, 1 to replace of 62 resources; 1 policy violation stops the update, 2 exceptions used.",
        ]);
    });

    it("says what each replacement costs, also with the values and for scripts", () => {
        assert.match(
            diffText(report, true, NARROW),
            /± StatefulSet .*\n +replaced: its pods are deleted first; their claims stay\n/,
        );
        assert.deepEqual(
            changesWithCosts(report.changes).map(({ cost }) => cost),
            [undefined, undefined, "its pods are deleted first; their claims stay"],
        );
    });

    it("shows no control character of an object, a value or a finding", () => {
        const hostile = "a\u001b[2J\u202e";
        const changes = [
            { op: "update", object: hostile, details: [{ path: hostile, before: hostile, after: "b" }] },
        ] as const;
        const findings = [{ rule: "r", level: "mandatory", paths: [], message: hostile }] as const;
        const shown = { ...report, changes: [...changes], findings: [...findings], errors: [hostile] };
        for (const values of [true, false]) {
            const text = diffText(shown, values, NARROW).replaceAll("\n", "");
            assert.equal(hasControlCharacters(text), false, JSON.stringify(text));
        }
    });

    it("contains the values if requested, and reports when nothing changes or the preview failed", () => {
        assert.match(diffText(report, true, NARROW), /data\.LOG_LEVEL: DEBUG -> INFO/);
        const same = { ...report, changes: [], findings: [], exceptions: [] };
        assert.equal(diffText(same, false, NARROW), "No changes of 62 resources; policies passed.");
        assert.match(
            diffText({ ...same, errors: ["mesh.replicas = 0"] }, false, NARROW),
            /replicas = 0\nThe preview failed\.$/,
        );
    });
});

const resource = (kind: string, name: string, more: Partial<Resource> = {}): Resource => ({
    urn: `urn:pulumi:staging::x0tta6bl4::kubernetes:v1:${kind}::${name}`,
    type: `kubernetes:v1:${kind}`,
    custom: true,
    inputs: { apiVersion: "v1", kind, metadata: { name } },
    ...more,
});

describe("What a destroy shows first", () => {
    const found = inventory([
        resource("Namespace", "ns"),
        resource("Service", "a"),
        resource("Service", "b", { protect: true }),
        resource("CustomResourceDefinition", "kinds.example", { retainOnDelete: true }),
        { urn: "u", type: "pulumi:providers:kubernetes", custom: true },
        { urn: "c", type: "x0tta6bl4:mesh:MeshApp", custom: false },
    ]);

    it("is what is removed by kind, whole namespaces, and what is kept", () => {
        assert.deepEqual(
            [...found.kinds],
            [
                ["Namespace", 1],
                ["Service", 2],
            ],
        );
        const text = inventoryText(found, NARROW);
        assert.match(text, /removes +1 Namespace, 2 Service\n +namespace ns, with everything in it/);
        assert.match(text, /keeps +CustomResourceDefinition kinds\.example/);
    });

    it("says that Helm keeps the CRDs of the monitoring chart", () => {
        const release = { urn: "r", type: RELEASE_TYPE, custom: true, inputs: {} };
        assert.match(
            inventoryText(inventory([release]), NARROW),
            /removes 1 Helm release\n +keeps +CustomResourceDefinitions of monitoring\.coreos\.com: Helm never deletes/,
        );
        assert.doesNotMatch(inventoryText(found, NARROW), /monitoring\.coreos\.com/);
    });

    it("detects what Pulumi would refuse to delete", () => {
        assert.deepEqual(
            found.protected.map(({ urn }) => urn.split("::").at(-1)),
            ["b"],
        );
    });
});

describe("Commands that remove things", () => {
    it("leave prod alone without the flag", () => {
        assert.throws(
            () => {
                guardProd("prod", undefined, "destroy");
            },
            (error) => error instanceof CannotRun && error.fix.includes("--allow-prod"),
        );
        guardProd("prod", true, "destroy");
        guardProd("staging", undefined, "destroy");
    });

    it("require the stack's name, and name the flag that replaces it in non-interactive use", async () => {
        const nobody = { interactive: false };
        assert.equal(await confirmed("staging", "staging", nobody), true);
        await assert.rejects(
            confirmed("staging", undefined, nobody),
            (error) => error instanceof CannotRun && error.fix === "--confirm staging",
        );
        await assert.rejects(confirmed("staging", "prod", nobody), /--confirm prod/);
    });
});

describe("A failed engine command", () => {
    it("names the holder of the lock, or what the engine reports", () => {
        const stderr =
            "error: the stack is currently locked by 1 lock(s). ...\n  file: created by ann@here (pid 7) at now";
        const locked = engineFailure("the update", { code: 255, stdout: "", stderr });
        assert.match(locked.message, /locked by another update: ann@here \(pid 7\) at now/);
        assert.match(locked.fix, /npx x0 recover/);
        const stdout = "Updating\nlines\nDiagnostics:\n  pod: no image";
        assert.equal(
            engineFailure("x", { code: 1, stdout, stderr: "" }).message,
            "x failed:\nDiagnostics:\n  pod: no image",
        );
    });
});

describe("What clean finds", () => {
    const namespace = (name: string, environment: string) => ({ metadata: { name, labels: { environment } } });
    const crd = (plural: string, group = "example") => ({
        metadata: { name: `${plural}.${group}` },
        spec: { group, names: { plural }, versions: [{ name: "v1", served: true }] },
    });
    const read =
        (namespaces: object[], used: Record<string, number>): Read =>
        (path) => {
            if (path.includes("/services/")) {
                return Promise.resolve({ seen: true, object: undefined });
            }
            const plural = /^\/apis\/example\/v1\/(\w+)/.exec(path)?.[1];
            const items = path.startsWith("/api/v1/namespaces")
                ? namespaces
                : plural === undefined
                  ? path.includes("labelSelector")
                      ? [crd("as"), crd("bs")]
                      : [crd("as"), crd("bs"), crd("monitors", "monitoring.coreos.com")]
                  : Array.from({ length: used[plural] ?? 0 }, () => ({}));
            return Promise.resolve({ seen: true, object: { items, metadata: {} } });
        };
    const staging = environmentOf("staging")!;
    const look = (answer: Read, paths = localPaths("/nowhere"), known = true) =>
        leftovers({ stack: "staging", embedded: true, known }, staging, answer, paths);

    it("is the stack's namespaces and the CRDs that nothing uses", async () => {
        const found = await look(read([namespace("left", "staging")], { as: 2 }));
        assert.deepEqual(found.namespaces, ["left"]);
        assert.deepEqual(found.crds, [
            { name: "as.example", needed: "2 objects of this kind would be deleted with it" },
            { name: "bs.example", needed: undefined },
        ]);
        const text = leftoversText(found, "/nowhere", NARROW, "kubectl --context c");
        assert.match(
            text,
            /removes +Namespace left.*\n +removes +CustomResourceDefinition bs\.example\n +keeps +.*as\.example: 2/,
        );
    });

    it("names the CRDs of the monitoring chart, which are kept, and the command that deletes them", async () => {
        const found = await look(read([], {}));
        assert.deepEqual(found.monitoringCrds, ["monitors.monitoring.coreos.com"]);
        assert.match(
            leftoversText(found, "/nowhere", NARROW, "kubectl --context c"),
            /keeps +1 CustomResourceDefinitions of .*\n +kubectl --context c delete crd monitors\.monitoring\.coreos\.com$/,
        );
    });

    it("keeps every CRD and namespace of another stack that is on the cluster", async () => {
        const found = await look(read([namespace("theirs", "production")], {}));
        assert.deepEqual(found.namespaces, []);
        assert.ok(found.crds.every(({ needed }) => needed === "in use by production (namespace theirs)"));
    });

    it("is no namespace of a stack that this backend never updated: another backend's may have the same name", async () => {
        const found = await look(read([namespace("live", "staging")], {}), undefined, false);
        assert.deepEqual(found.namespaces, []);
        assert.ok(found.crds.every(({ needed }) => needed !== undefined));
        assert.match(
            leftoversText(found, "/nowhere", NARROW, "kubectl --context c"),
            /^ +keeps +Namespace live: no update in this backend/,
        );
    });

    it("is also the stack's files of this checkout, and no other's", async () => {
        await withFolder(async (folder) => {
            const paths = localPaths(folder);
            mkdirSync(paths.root);
            for (const name of ["outputs.staging.json", "outputs.prod.json"]) {
                writeFileSync(join(paths.root, name), "{}");
            }
            const { files } = await look(read([], {}), paths);
            assert.deepEqual(files, [join(paths.root, "outputs.staging.json")]);
        });
    });

    it("stops where the user lacks the permission to list", async () => {
        await assert.rejects(
            look(() => Promise.resolve({ seen: false })),
            /cannot list \/api\/v1\/namespaces/,
        );
    });
});
