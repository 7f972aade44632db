import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { CannotRun } from "../../errors";
import { globMatches } from "../../policy/engine/glob";
import type { StackImage } from "../stackImages";

/** File that says who signs which image, below the checkout. */
export const SIGNATURES_FILE = "images/signatures.yaml";

const base = {
    /** Image without tag and digest; `*` stands for any characters. */
    image: z
        .string()
        .regex(/^[^\s@]*[^\s@:]$/, "must be an image without tag and digest, e.g. ghcr.io/spiffe/spire-agent"),
    /** Whether an image without a signature fails. One that another identity signed always fails. */
    required: z.boolean(),
};

const signatureSchema = z.union(
    [
        z.strictObject({
            ...base,
            /** Identity in the certificate, whole: `{tag}` stands for the tag of the image. */
            identity: z.string().min(1),
            /** Who vouches for the identity. */
            issuer: z.url({ protocol: /^https$/ }),
        }),
        z.strictObject({
            ...base,
            /** Public key: a path from the checkout. */
            key: z.string().regex(/^[\w./-]+$/, "must be the path of a public key"),
            /** Whether the signature must be in the public transparency log. */
            transparencyLog: z.boolean().default(true),
        }),
    ],
    { error: "must have image, required and either identity and issuer, or key" },
);

/** Who signs an image. */
export type SignatureRule = z.output<typeof signatureSchema>;

const fileSchema = z.strictObject({ signatures: z.array(signatureSchema).nullish() });

/** Reads who signs which image; nothing where there is no file. @throws CannotRun that names the file with all its faults. */
export function readSignatures(checkout: string): SignatureRule[] {
    const file = join(checkout, SIGNATURES_FILE);
    if (!existsSync(file)) {
        return [];
    }
    const document = parseDocument(readFileSync(file, "utf8"));
    const { success, data, error } = fileSchema.safeParse(document.toJS() ?? {});
    const rules = data?.signatures ?? [];
    const faults = [
        ...document.errors.map(({ message }) => message),
        ...(success ? [] : error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`)),
        ...rules.flatMap((rule) =>
            "key" in rule && !existsSync(join(checkout, rule.key)) ? [`${rule.key} is not there`] : [],
        ),
    ];
    if (faults.length > 0) {
        throw new CannotRun(`${SIGNATURES_FILE}: ${faults.join("; ")}`, "see docs/images.md");
    }
    return rules;
}

/** The first rule about an image; `undefined` where none is. */
export function ruleFor(
    rules: readonly SignatureRule[],
    { name }: Pick<StackImage, "name">,
): SignatureRule | undefined {
    return rules.find(({ image }) => globMatches(image, name));
}
