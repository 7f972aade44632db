import { createHash } from "node:crypto";
import { z } from "zod";
import type { StackImage, StackImages } from "./stackImages";
import { useText } from "./words";

/** Version of the CycloneDX format. */
const SPEC_VERSION = "1.6";

/** A component of a CycloneDX document, as far as it is read. */
const componentSchema = z.looseObject({ "bom-ref": z.string().optional(), type: z.string(), name: z.string() });

/** A CycloneDX document of a scanner about one image. */
const imageBomSchema = z.looseObject({
    bomFormat: z.literal("CycloneDX"),
    components: z.array(componentSchema).nullish(),
});

/** Packages in an image, as components. */
export type ImagePackages = readonly z.output<typeof componentSchema>[];

/** Reads the packages in a CycloneDX document about one image. @throws ZodError when it is not one. */
export function packagesIn(document: unknown): ImagePackages {
    return imageBomSchema.parse(document).components ?? [];
}

/** Package URL of an image (purl-spec, type `oci`); `undefined` without a digest, which is its version. */
export function packageUrl({ registry, repository, tag, digest }: StackImage): string | undefined {
    const name = repository.split("/").at(-1) ?? repository;
    const query = [`repository_url=${registry}/${repository}`, ...(tag === undefined ? [] : [`tag=${tag}`])].join("&");
    return digest === undefined ? undefined : `pkg:oci/${name}@${encodeURIComponent(digest)}?${query}`;
}

/**
 * The bill of materials of a stack: the images that its pods run, each with its places, and on request its packages.
 * @param packages Packages by the reference of an image.
 * @param timestamp When it is made, as ISO 8601.
 */
export function stackBom(
    { stack, images }: Pick<StackImages, "stack" | "images">,
    packages: ReadonlyMap<string, ImagePackages>,
    timestamp: string,
): object {
    const running = images.filter(({ runs }) => runs);
    const root = `x0tta6bl4-${stack}`;
    const components = running.map((image) => component(image, packages.get(image.reference)));
    return {
        $schema: `http://cyclonedx.org/schema/bom-${SPEC_VERSION}.schema.json`,
        bomFormat: "CycloneDX",
        specVersion: SPEC_VERSION,
        serialNumber: `urn:uuid:${uuidOf(JSON.stringify([stack, components]))}`,
        version: 1,
        metadata: {
            timestamp,
            tools: { components: [{ type: "application", name: "x0tta6bl4-platform" }] },
            component: { type: "application", "bom-ref": root, name: root },
        },
        components,
        dependencies: [
            { ref: root, dependsOn: running.map(refOf) },
            ...running.map((image) => ({ ref: refOf(image), dependsOn: [] })),
        ],
    };
}

function refOf(image: StackImage): string {
    return packageUrl(image) ?? image.reference;
}

function component(image: StackImage, packages: ImagePackages | undefined): object {
    const { name, tag, digest, setting, uses } = image;
    const purl = packageUrl(image);
    const ref = refOf(image);
    return {
        type: "container",
        "bom-ref": ref,
        name,
        ...(tag === undefined ? {} : { version: tag }),
        ...(purl === undefined ? {} : { purl }),
        ...(digest?.startsWith("sha256:") === true
            ? { hashes: [{ alg: "SHA-256", content: digest.slice("sha256:".length) }] }
            : {}),
        properties: [
            ...(setting?.digest === undefined ? [] : [{ name: "x0tta6bl4:setting", value: setting.digest }]),
            ...uses.map((use) => ({ name: "x0tta6bl4:use", value: useText(use) })),
        ],
        ...(packages === undefined ? {} : { components: packages.map((one, index) => nested(one, index, ref)) }),
    };
}

/** A package with a reference of its own: scanners give the same package the same one in every image. */
function nested(one: ImagePackages[number], index: number, ref: string): object {
    return { ...one, "bom-ref": `${ref}#${one["bom-ref"] ?? String(index)}` };
}

/** A UUID (RFC 9562, version 8) of a content: the same images give the same document. */
function uuidOf(content: string): string {
    const hex = createHash("sha256").update(content).digest("hex");
    const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
    return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `8${hex.slice(13, 16)}`,
        `${variant}${hex.slice(17, 20)}`,
        hex.slice(20, 32),
    ].join("-");
}
