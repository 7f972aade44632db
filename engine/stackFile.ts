import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, isScalar, parseDocument, visit, YAMLMap } from "yaml";
import { z } from "zod";
import { messageOf, UserError } from "../errors";
import type { Target } from "./target";

/** Prefix of the project's own keys. */
const PREFIX = "x0tta6bl4:";

/** Placeholder for an encrypted value in a copy. Long enough for every setting with a minimum length. */
export const PLACEHOLDER = "placeholder-for-an-encrypted-value";

const targetSchema = z.object({
    context: z.string().optional(),
    kubeconfig: z.string().optional(),
    identifier: z.string().optional(),
});

const fileSchema = z.looseObject({
    encryptionsalt: z.string().optional(),
    secretsprovider: z.string().optional(),
    config: z
        .record(z.string(), z.unknown())
        .nullish()
        .transform((config) => config ?? {}),
});

/** Keys of the secrets provider. They belong to the stack's state in its own backend. */
const ENCRYPTION = ["encryptionsalt", "encryptedkey", "secretsprovider"];

/**
 * A stack's file, `Pulumi.<stack>.yaml`: its only reader and writer. Writing preserves comments, key order and line
 * endings.
 */
export class StackFile {
    private constructor(
        /** Path of the file. */
        public readonly path: string,
        private readonly document: Document,
        private readonly content: z.output<typeof fileSchema>,
        private readonly lineEnd: "\n" | "\r\n",
        /** The text of the file, with the line end of the YAML library. */
        private readonly text: string,
    ) {}

    /**
     * Reads a stack's file; an absent one is empty.
     * @param path Default: the file in the checkout.
     * @throws UserError when it is not a stack file.
     */
    public static open(checkout: string, stack: string, path?: string): StackFile {
        const file = path ?? join(checkout, `Pulumi.${stack}.yaml`);
        const text = existsSync(file) ? readFileSync(file, "utf8") : "";
        // The YAML library writes this line end only.
        const unix = text.replaceAll("\r\n", "\n");
        const document: Document = parseDocument(unix);
        document.contents ??= new YAMLMap(document.schema);
        const content = fileSchema.safeParse(document.errors.length > 0 ? undefined : (document.toJS() ?? {}));
        if (!content.success) {
            const reason = document.errors[0]?.message ?? z.prettifyError(content.error);
            throw new UserError(`${file} is not a Pulumi stack file: ${reason}`);
        }
        return new StackFile(file, document, content.data, text.includes("\r\n") ? "\r\n" : "\n", unix);
    }

    /** The configured cluster of the stack; parts may be unset. */
    public get cluster(): Partial<Target> {
        return targetSchema.safeParse(this.content.config[`${PREFIX}cluster`]).data ?? {};
    }

    /** Every key of the file's configuration with its value as it stands; own keys without the project's prefix. */
    public get config(): Readonly<Record<string, unknown>> {
        return Object.fromEntries(
            Object.entries(this.content.config).map(([key, value]) => [withoutPrefix(key), value]),
        );
    }

    /**
     * The project's own settings, top-level key to JSON text, as the program reads them; encrypted ones are marked
     * only.
     */
    public get values(): Record<string, string> {
        return Object.fromEntries(
            this.own.map(([key, value]) => [
                key,
                isSecret(value) ? "[encrypted]" : typeof value === "string" ? value : JSON.stringify(value),
            ]),
        );
    }

    /** Those settings that are encrypted. */
    public get secretKeys(): ReadonlySet<string> {
        return new Set(this.own.filter(([, value]) => isSecret(value)).map(([key]) => key));
    }

    private get own(): [string, unknown][] {
        return Object.entries(this.content.config)
            .filter(([key]) => key.startsWith(PREFIX))
            .map(([key, value]) => [withoutPrefix(key), value]);
    }

    /**
     * What the stack's secrets are encrypted with: a passphrase with this salt, or another provider; either or none.
     */
    public get encryption(): { readonly salt?: string; readonly provider?: string } {
        return { salt: this.content.encryptionsalt, provider: this.content.secretsprovider };
    }

    /** A section of the project's own settings, e.g. `mesh`, as a copy has it; `undefined` when it is not set. */
    public section(name: string): unknown {
        return withPlaceholders(this.content.config[`${PREFIX}${name}`]);
    }

    /** Writes the cluster of the stack. Other cluster settings are kept. */
    public writeCluster(target: Target): void {
        const { context, kubeconfig, identifier } = target;
        for (const [key, value] of Object.entries({ context, kubeconfig, identifier })) {
            const path = ["config", `${PREFIX}cluster`, key];
            if (value === undefined) {
                this.document.deleteIn(path);
            } else {
                this.document.setIn(path, value);
            }
        }
        this.write(this.path, this.document);
    }

    /**
     * Sets texts among the project's own settings, and writes the file.
     * @param values Text by the path of its setting, e.g. `mesh.image.digest`.
     * @throws UserError that names the setting where the file has something else than sections on its path.
     */
    public writeValues(values: Readonly<Record<string, string>>): void {
        for (const [setting, value] of Object.entries(values)) {
            const path = this.nodePath(setting);
            // Only a key without a value stands in the way of what is set below it.
            const empty = path.map((_, depth) => path.slice(0, depth + 1)).find((part) => this.isEmpty(part));
            if (empty !== undefined && empty.length < path.length) {
                this.document.setIn(empty, new YAMLMap(this.document.schema));
            }
            try {
                this.document.setIn(path, value);
            } catch (error) {
                throw new UserError(`${setting} cannot be set in ${this.path}: ${messageOf(error)}`);
            }
        }
        this.write(this.path, this.document);
    }

    /**
     * Line of the file that a setting is on, or the innermost section of it that the file has; 1 where it has none.
     * Lines count from 1.
     */
    public lineOf(setting: string): number {
        const path = this.nodePath(setting);
        for (let depth = path.length; depth > 0; depth -= 1) {
            const holder: unknown =
                depth === 1 ? this.document.contents : this.document.getIn(path.slice(0, depth - 1), true);
            const key = isMap(holder)
                ? holder.items.find((pair) => keyText(pair.key) === path[depth - 1])?.key
                : undefined;
            if (isScalar(key) && key.range) {
                return this.text.slice(0, key.range[0]).split("\n").length;
            }
        }
        return 1;
    }

    /** Keys of a setting from the root of the file: `mesh.image.digest` is in the section `x0tta6bl4:mesh`. */
    private nodePath(setting: string): string[] {
        const [section = "", ...rest] = setting.split(".");
        return ["config", `${PREFIX}${section}`, ...rest];
    }

    private isEmpty(path: readonly string[]): boolean {
        const node: unknown = this.document.getIn(path, true);
        return isScalar(node) && node.value === null;
    }

    /**
     * Writes a copy for a run with a backend and a passphrase of its own: on the embedded cluster, or for a pull
     * request. It leaves out what the stack is encrypted with, and has {@link PLACEHOLDER} instead of each encrypted
     * value, at any depth: the run has the key of none.
     * @param path File of the copy.
     * @param sections Sections of the project's own settings that differ in the copy.
     * @param salt Encryption salt that the run's own CLI wrote into an earlier copy.
     */
    public writeCopy(path: string, sections: Readonly<Record<string, unknown>>, salt?: string): void {
        const copy = this.document.clone();
        for (const key of ENCRYPTION) {
            copy.delete(key);
        }
        if (salt !== undefined) {
            copy.set("encryptionsalt", salt);
        }
        if (!isMap(copy.get("config"))) {
            copy.set("config", copy.createNode({}));
        }
        visit(copy, {
            Map: (_, node) => (isEncrypted(node) ? copy.createNode(PLACEHOLDER) : undefined),
        });
        for (const [name, value] of Object.entries(sections)) {
            copy.setIn(["config", `${PREFIX}${name}`], copy.createNode(value));
        }
        this.write(path, copy);
    }

    private write(path: string, document: Document): void {
        // In one step: a killed process must not leave half a file.
        const temporary = `${path}.writing`;
        writeFileSync(temporary, document.toString({ lineWidth: 0 }).replaceAll("\n", this.lineEnd));
        renameSync(temporary, path);
    }
}

function keyText(key: unknown): unknown {
    return isScalar(key) ? key.value : key;
}

function withoutPrefix(key: string): string {
    return key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key;
}

/** Whether a node of the file is a value that the CLI encrypted: `secure: <text>` alone. */
function isEncrypted(node: YAMLMap): boolean {
    const text = node.get("secure", true);
    return node.items.length === 1 && isScalar(text) && typeof text.value === "string";
}

/** Whether a value, or one within it, is one that the CLI encrypted. */
function isSecret(value: unknown): boolean {
    return JSON.stringify(withPlaceholders(value)) !== JSON.stringify(value);
}

/** A value with each encrypted one in it, `{ secure: <text> }`, replaced. */
function withPlaceholders(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withPlaceholders);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const entries = Object.entries(value);
    const [[key, text] = []] = entries;
    return entries.length === 1 && key === "secure" && typeof text === "string"
        ? PLACEHOLDER
        : Object.fromEntries(entries.map(([name, part]) => [name, withPlaceholders(part)]));
}
