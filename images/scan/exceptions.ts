import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { CannotRun } from "../../errors";
import { globMatches } from "../../policy/engine/glob";

/** File with the exceptions of all stacks, below the checkout. */
export const EXCEPTIONS_FILE = "images/exceptions.yaml";

const text = z.string().trim().min(1, "must not be empty");

const exceptionSchema = z.strictObject({
    /** Vulnerability, e.g. `CVE-2026-1234`. */
    id: z.string().regex(/^[A-Za-z0-9][\w.:-]{2,99}$/, "must be the name of a vulnerability, e.g. CVE-2026-1234"),
    /** Image without tag and digest; `*` stands for any characters. */
    image: z
        .string()
        .regex(/^[^\s@]*[^\s@:]$/, "must be an image without tag and digest, e.g. ghcr.io/spiffe/spire-agent"),
    /** Why it is accepted. */
    reason: text,
    /** Who decides again when it ends. */
    owner: text,
    /** Last day on which it holds. */
    expires: z.iso.date("must be a day, e.g. 2026-12-31"),
});

/** A vulnerability that is accepted in an image until a day. */
export type ImageException = z.output<typeof exceptionSchema>;

const fileSchema = z.strictObject({ exceptions: z.array(exceptionSchema).nullish() });

/**
 * Reads the exceptions of a checkout; none where there is no file.
 * @throws CannotRun that names the file with all its faults.
 */
export function readExceptions(checkout: string): ImageException[] {
    const file = join(checkout, EXCEPTIONS_FILE);
    if (!existsSync(file)) {
        return [];
    }
    const document = parseDocument(readFileSync(file, "utf8"));
    const { success, data, error } = fileSchema.safeParse(document.toJS() ?? {});
    const faults = [
        ...document.errors.map(({ message }) => message),
        ...(success ? [] : error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`)),
    ];
    const exceptions = data?.exceptions ?? [];
    const keys = exceptions.map(({ id, image }) => `${id} in ${image}`);
    const twice = keys.filter((key, index) => keys.indexOf(key) < index).map((key) => `${key} is listed twice`);
    if (faults.length + twice.length > 0) {
        throw new CannotRun(
            `${EXCEPTIONS_FILE}: ${[...faults, ...twice].join("; ")}`,
            "each entry needs id, image, reason, owner and expires: docs/images.md",
        );
    }
    return exceptions;
}

/** Whether an exception is about a vulnerability of an image, without regard to its end. */
export function covers({ id, image }: ImageException, vulnerability: string, name: string): boolean {
    return id === vulnerability && globMatches(image, name);
}

/** Whether an exception still holds. @param today `YYYY-MM-DD` */
export function holds({ expires }: ImageException, today: string): boolean {
    return expires >= today;
}
