import assert from "node:assert/strict";
import { SettingsError } from "../../../settings/shared/faults";
import { at, type ProgramRun } from "../../support/program";
import { container, list, meshRun, podSpec, record, run, STACKS, text } from "../../support/mesh";
import { EVERYTHING_OFF, EVERYTHING_ON, VARIANTS } from "../../support/meshVariants";

/** Volumes of the pod. */
const volumes = (result: ProgramRun) => list(at(podSpec(result), "volumes"));

/** Mounts of the container. */
const mounts = (result: ProgramRun) => list(at(container(result), "volumeMounts"));

const names = (items: unknown[]) => items.map((item) => text(at(item, "name")));

/** A volume by name, without the name, and its mount. */
function mounted(result: ProgramRun, name: string): { source: unknown; mount: unknown } {
    const volume = volumes(result).find((candidate) => at(candidate, "name") === name);
    const fields = Object.entries(record(volume)).filter(([key]) => key !== "name");
    return {
        source: Object.fromEntries(fields),
        mount: mounts(result).find((candidate) => at(candidate, "name") === name),
    };
}

/** A claim template for `/data`. */
const claim = (size: string, storageClass = {}) => ({
    ephemeral: {
        volumeClaimTemplate: {
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } }, ...storageClass },
        },
    },
});

/** Fails unless volumes and mounts are consistent, as required by the API server. */
function assertVolumesFit(result: ProgramRun): void {
    const volumeNames = names(volumes(result));
    const paths = mounts(result).map((mount) => text(at(mount, "mountPath")));
    assert.deepEqual(volumeNames, [...new Set(volumeNames)], "names are unique");
    assert.deepEqual(paths, [...new Set(paths)], "paths are unique");
    assert.deepEqual(names(mounts(result)), volumeNames, "each volume is mounted, each mount has its volume");
    const initMounts = list(at(podSpec(result), "initContainers") ?? []).flatMap((each) =>
        list(at(each, "volumeMounts")),
    );
    for (const name of names(initMounts)) {
        assert.ok(volumeNames.includes(name), `${name} of an init container`);
    }
    for (const name of volumeNames) {
        assert.match(name, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    }
}

describe("Mesh volumes", () => {
    for (const stack of STACKS) {
        for (const [variant, overrides] of Object.entries(VARIANTS)) {
            it(`are all mounted, under unique names that are DNS labels: ${stack} with ${variant}`, async () => {
                assertVolumesFit(await run(stack, overrides));
            });
        }

        it(`are configuration, data, socket and the app's write paths in ${stack}`, async () => {
            const result = await run(stack);
            assert.deepEqual(
                mounts(result).map((mount) => at(mount, "mountPath")),
                [
                    "/etc/x0tta6bl4",
                    "/data",
                    "/run/spire/sockets",
                    "/tmp",
                    "/app/.agent_coordination",
                    "/app/data",
                    "/app/logs",
                ],
            );
        });
    }

    it("mount the ConfigMap read-only", async () => {
        assert.deepEqual(mounted(await run("prod"), "config"), {
            source: { configMap: { name: "prod-x0tta6bl4-config" } },
            mount: { name: "config", mountPath: "/etc/x0tta6bl4", readOnly: true },
        });
    });

    it("have a size limit on every emptyDir", async () => {
        for (const overrides of Object.values(VARIANTS)) {
            for (const volume of volumes(await run("staging", overrides))) {
                const emptyDir = at(volume, "emptyDir");
                assert.ok(emptyDir === undefined || at(emptyDir, "sizeLimit") !== undefined, JSON.stringify(volume));
            }
        }
    });

    it("have a name of their own for each source, since server-side apply merges volumes by name", async () => {
        const sources = new Map<string, string>();
        for (const overrides of Object.values(VARIANTS)) {
            for (const volume of volumes(await run("staging", overrides)).map(record)) {
                const source = Object.keys(volume).find((key) => key !== "name") ?? "";
                const name = text(volume.name);
                assert.equal(sources.get(name) ?? source, source, name);
                sources.set(name, source);
            }
        }
    });

    it("are writable exactly at /data and the write paths", async () => {
        const writable = mounts(await run("staging"))
            .filter((mount) => at(mount, "readOnly") !== true)
            .map((mount) => at(mount, "mountPath"));
        assert.deepEqual(writable, ["/data", "/tmp", "/app/.agent_coordination", "/app/data", "/app/logs"]);
    });

    it("take the write paths from the settings", async () => {
        const result = await run("staging", EVERYTHING_ON);
        const nameAt = (path: string) =>
            text(
                at(
                    mounts(result).find((mount) => at(mount, "mountPath") === path),
                    "name",
                ),
            );
        const files = nameAt("/var/cache/App_Files");
        assert.match(files, /^write-var-cache-app-files-[0-9a-f]{8}$/);
        assert.deepEqual(mounted(result, files).source, { emptyDir: { sizeLimit: "1Mi" } });
        assert.deepEqual(mounted(result, nameAt("/tmp")).source, { emptyDir: { sizeLimit: "64Mi" } });
    });

    it("have no write path when there is none", async () => {
        assert.deepEqual(names(volumes(await run("staging", EVERYTHING_OFF))), ["config", "data-empty-dir"]);
    });

    const alike: [string, string[]][] = [
        ["by a separator", ["/app/data", "/app-data"]],
        ["by case", ["/app/data", "/app/Data"]],
        ["after 63 characters", [`/${"a".repeat(70)}/one`, `/${"a".repeat(70)}/two`]],
    ];
    for (const [difference, paths] of alike) {
        it(`keep write paths apart that differ only ${difference}`, async () => {
            const writablePaths = paths.map((path) => ({ path }));
            assertVolumesFit(await meshRun({ writablePaths }));
        });
    }

    it("refuse two write paths that are the same directory", async () => {
        const same = meshRun({ writablePaths: [{ path: "/tmp" }, { path: "/tmp/" }] });
        await assert.rejects(same, SettingsError, "/tmp and /tmp/ are one directory");
    });
});

describe("Mesh data volume", () => {
    const mount = { name: "data", mountPath: "/data" };

    for (const stack of STACKS) {
        it(`is a claim of 100Mi for each pod in ${stack}`, async () => {
            assert.deepEqual(mounted(await run(stack), "data"), { source: claim("100Mi"), mount });
        });
    }

    it("takes size and class of the claim from the settings", async () => {
        assert.deepEqual(mounted(await run("staging", EVERYTHING_ON), "data"), {
            source: claim("1Gi", { storageClassName: "fast" }),
            mount,
        });
    });

    it("can be space on the node's disk", async () => {
        assert.deepEqual(mounted(await run("staging", EVERYTHING_OFF), "data-empty-dir"), {
            source: { emptyDir: { sizeLimit: "1Gi" } },
            mount: { ...mount, name: "data-empty-dir" },
        });
    });

    it("can be a claim of the user's own", async () => {
        const result = await run("staging", VARIANTS["an existing claim"]);
        assert.deepEqual(mounted(result, "data-claim"), {
            source: { persistentVolumeClaim: { claimName: "shared" } },
            mount: { ...mount, name: "data-claim" },
        });
    });
});

describe("Mesh SPIFFE socket", () => {
    const mount = { name: "spire-socket", mountPath: "/run/spire/sockets", readOnly: true };

    for (const stack of STACKS) {
        it(`comes from the CSI driver, read-only, in ${stack}`, async () => {
            assert.deepEqual(mounted(await run(stack), "spire-socket"), {
                source: { csi: { driver: "csi.spiffe.io", readOnly: true } },
                mount,
            });
        });
    }

    it("can be a host path that must exist, read-only", async () => {
        assert.deepEqual(mounted(await run("staging", VARIANTS["a hostPath socket"]), "spire-socket-host"), {
            source: { hostPath: { path: "/run/spire/sockets", type: "Directory" } },
            mount: { ...mount, name: "spire-socket-host" },
        });
    });

    it("can be elsewhere", async () => {
        const { mount: other } = mounted(await run("staging", EVERYTHING_ON), "spire-socket");
        assert.deepEqual(other, { ...mount, mountPath: "/run/other" });
    });

    it("can be left out", async () => {
        const result = await run("staging", EVERYTHING_OFF);
        assert.ok(!names(volumes(result)).includes("spire-socket"));
    });
});
