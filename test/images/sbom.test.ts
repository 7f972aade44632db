import assert from "node:assert/strict";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { z } from "zod";
import { findLister, type ListerName } from "../../images/packages";
import { packageUrl, packagesIn, stackBom } from "../../images/sbom";
import { SYFT, TRIVY } from "../../tools/releases";
import { withFolder, writeScript } from "../support/temporary";
import { deployment, digest, imageOf, imagesFor } from "./support";

const bomSchema = z.object({
    serialNumber: z.string(),
    components: z.array(
        z.looseObject({
            "bom-ref": z.string(),
            components: z.array(z.looseObject({ "bom-ref": z.string() })).optional(),
        }),
    ),
    dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

const PINNED = `ghcr.io/team/web:1@${digest("web")}`;

/** The bill of two images. */
async function billOf(packages: Parameters<typeof stackBom>[1] = new Map(), timestamp = "2026-01-01T00:00:00Z") {
    const found = await imagesFor([
        deployment("one", { name: "web", image: PINNED }),
        deployment("two", { name: "side", image: "side:2", args: ["--thanos-default-base-image=thanos:1"] }),
    ]);
    return bomSchema.parse(stackBom(found, packages, timestamp));
}

describe("The bill of materials of a stack", () => {
    it("has each image that a pod runs, with digest, package URL and places", async () => {
        const { components, dependencies } = await billOf();
        const purl = `pkg:oci/web@sha256%3A${digest("web").slice(7)}?repository_url=ghcr.io/team/web&tag=1`;
        assert.deepEqual(components, [
            {
                type: "container",
                "bom-ref": "side:2",
                name: "docker.io/library/side",
                version: "2",
                properties: [{ name: "x0tta6bl4:use", value: "Deployment monitoring/two, container side" }],
            },
            {
                type: "container",
                "bom-ref": purl,
                name: "ghcr.io/team/web",
                version: "1",
                purl,
                hashes: [{ alg: "SHA-256", content: digest("web").slice(7) }],
                properties: [{ name: "x0tta6bl4:use", value: "Deployment monitoring/one, container web" }],
            },
        ]);
        assert.deepEqual(dependencies[0], { ref: "x0tta6bl4-staging", dependsOn: ["side:2", purl] });
    });

    it("is the same document for the same images, and another one for others", async () => {
        const { serialNumber } = await billOf();
        assert.match(serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        assert.equal((await billOf(new Map(), "2027-01-01T00:00:00Z")).serialNumber, serialNumber);
        const one = { type: "library", name: "openssl" };
        assert.notEqual((await billOf(new Map([[PINNED, [one]]]))).serialNumber, serialNumber);
    });

    it("nests the packages of an image, whose references stay apart in the whole document", async () => {
        const same = [
            { type: "library", name: "openssl", "bom-ref": "pkg:apk/openssl" },
            { type: "file", name: "x" },
        ];
        const { components } = await billOf(
            new Map([
                [PINNED, same],
                ["side:2", same],
            ]),
        );
        const refs = components.flatMap((one) => one.components?.map((inner) => inner["bom-ref"]) ?? []);
        assert.equal(new Set(refs).size, 4);
        assert.ok(refs.includes("side:2#pkg:apk/openssl") && refs.includes("side:2#1"));
    });

    it("has no package URL without a digest", async () => {
        const { images } = await imagesFor([deployment("one", { name: "web", image: "web:1" })]);
        assert.equal(packageUrl(imageOf({ images }, "/web")), undefined);
    });

    it("takes packages from CycloneDX only", () => {
        assert.deepEqual(packagesIn({ bomFormat: "CycloneDX" }), []);
        for (const other of [{}, { bomFormat: "SPDX", components: [] }, { bomFormat: "CycloneDX", components: [{}] }]) {
            assert.throws(() => packagesIn(other), { name: "ZodError" });
        }
    });

    for (const [name, version] of [
        ["syft", SYFT],
        ["trivy", TRIVY],
    ] as const satisfies readonly (readonly [ListerName, string])[]) {
        it(`asks ${name} on PATH for them, at the pinned version`, async () => {
            await withFolder(async (folder) => {
                const script = `case "$1" in version|--version) echo "Version: ${version}"; exit 0;; esac`;
                const answer = `${script}\ncase "$*" in *web:1*) cat "$HERE/bom.json";; *) echo '{}';; esac`;
                await writeScript(join(folder, name), answer);
                writeFileSync(
                    join(folder, "bom.json"),
                    JSON.stringify({ bomFormat: "CycloneDX", components: [{ type: "library", name: "openssl" }] }),
                );
                const lister = await findLister(name, { PATH: `${folder}:/usr/bin:/bin`, HERE: folder });
                assert.deepEqual(await lister.list("web:1"), [{ type: "library", name: "openssl" }]);
                await assert.rejects(lister.list("other:1"), /printed something else than CycloneDX in JSON/);
            });
            await assert.rejects(
                findLister(name, { PATH: "/nonexistent" }),
                new RegExp(`${name} ${version} is not on PATH`),
            );
        });
    }
});
