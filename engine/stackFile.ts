import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, parseDocument } from "yaml";
import { z } from "zod";
import { UserError } from "../errors";
import type { Target } from "./target";

/** Prefix of the project's own keys. */
const PREFIX = "x0tta6bl4:";

/** Key of the cluster settings in a stack file. */
const CLUSTER = ["config", `${PREFIX}cluster`];

const targetSchema = z.object({
    context: z.string().optional(),
    kubeconfig: z.string().optional(),
    identifier: z.string().optional(),
});

const fileSchema = z.object({
    encryptionsalt: z.string().optional(),
    secretsprovider: z.string().optional(),
    config: z
        .record(z.string(), z.unknown())
        .nullish()
        .transform((config) => config ?? {}),
});

/** A stack's file, `Pulumi.<stack>.yaml`. It is edited in place: comments and the order of keys stay. */
export class StackFile {
    private constructor(
        /** Path of the file. */
        public readonly path: string,
        private readonly document: Document,
        private readonly content: z.output<typeof fileSchema>,
    ) {}

    /**
     * Reads a stack's file; an absent one is empty.
     * @param path Default: the file in the checkout.
     * @throws UserError when it is no stack file.
     */
    public static open(checkout: string, stack: string, path?: string): StackFile {
        const file = path ?? join(checkout, `Pulumi.${stack}.yaml`);
        const document = parseDocument(existsSync(file) ? readFileSync(file, "utf8") : "{}");
        const content = fileSchema.safeParse(document.errors.length > 0 ? undefined : (document.toJS() ?? {}));
        if (!content.success) {
            const reason = document.errors[0]?.message ?? z.prettifyError(content.error);
            throw new UserError(`${file} is no Pulumi stack file: ${reason}`);
        }
        return new StackFile(file, document, content.data);
    }

    /** The cluster that the stack belongs to, as far as it is set. */
    public get cluster(): Partial<Target> {
        return targetSchema.safeParse(this.content.config[`${PREFIX}cluster`]).data ?? {};
    }

    /** The project's own settings, top-level key to JSON text, as the program reads them; of secrets that they are there. */
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
            .map(([key, value]) => [key.slice(PREFIX.length), value]);
    }

    /** What the stack's secrets are encrypted with: a passphrase with this salt, or another provider; either or none. */
    public get encryption(): { readonly salt?: string; readonly provider?: string } {
        return { salt: this.content.encryptionsalt, provider: this.content.secretsprovider };
    }

    /** Writes the cluster that the stack belongs to. What else is set of the cluster stays. */
    public writeCluster(target: Target): void {
        const { context, kubeconfig, identifier } = target;
        for (const [key, value] of Object.entries({ context, kubeconfig, identifier })) {
            if (value === undefined) {
                this.document.deleteIn([...CLUSTER, key]);
            } else {
                this.document.setIn([...CLUSTER, key], value);
            }
        }
        // In one step: a killed process must not leave half a file.
        const temporary = `${this.path}.writing`;
        writeFileSync(temporary, this.document.toString({ lineWidth: 0 }));
        renameSync(temporary, this.path);
    }
}

/** Whether a value is one that the CLI encrypted. */
function isSecret(value: unknown): boolean {
    return typeof value === "object" && value !== null && "secure" in value;
}
