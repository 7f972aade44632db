import { createHash } from "node:crypto";
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { isRollout } from "../../settings/mesh/delivery";
import { checksum } from "../shared/checksum";
import type { MeshAppArgs, OperatorKeySource } from "./args";
import { meshNames, versioned } from "./names";

/** The Secret whose keys are set as environment variables of the container. */
export interface SecretRef {
    /** Name of the Secret. */
    readonly name: string;
    /** Hash that changes with the generated keys, to roll the pods; none for a Secret of the user's own. */
    readonly checksum?: pulumi.Input<string>;
}

/** Signing keys that the app reads from its Secret; without them it does not start in production. */
export const SIGNING_KEYS = ["FLASK_SECRET_KEY", "JWT_SECRET_KEY", "CSRF_SECRET_KEY"] as const;

/** Key of the operator: 32 bytes in hexadecimal. */
export const OPERATOR_KEY = "OPERATOR_PRIVATE_KEY";

/** Arguments of {@link generatedSecret}. */
export interface GeneratedSecretArgs {
    /** Prefix of the logical names of all resources. */
    readonly name: string;
    /** Name, namespace and labels of the Secret. */
    readonly metadata: { name: string; namespace: pulumi.Input<string>; labels: Record<string, string> };
    /** Any text; a change generates new keys. */
    readonly rotation: string;
    /** What generates the operator's key. */
    readonly operatorKey: OperatorKeySource;
}

/** Record of the operator's key on the Deployment, which the next update reads. */
export function operatorKeyRecord(source: OperatorKeySource, rotation: string): string {
    return source === "bytes" ? `bytes of rotation ${rotation}` : source;
}

/**
 * Name of the Secret with generated keys. With a Rollout it is that of what its keys are generated for, so that pods of the
 * old version keep theirs. The keys themselves are not known before an update, and a hash of them would hide the plan.
 */
export function secretName({ settings, environment, live }: MeshAppArgs): string {
    const { secret } = meshNames(environment);
    const operatorKey = live?.operatorKey ?? "password";
    return isRollout(settings.delivery)
        ? versioned(secret, checksum({ rotation: settings.secret.rotation, operatorKey }))
        : secret;
}

/** A Secret with generated keys, and the reference that the Deployment needs. */
export function generatedSecret(
    args: GeneratedSecretArgs,
    opts: pulumi.CustomResourceOptions,
): SecretRef & { resource: Secret } {
    const keepers = { rotation: args.rotation };
    const parent = { parent: opts.parent };
    const signing = SIGNING_KEYS.map((key) => {
        const suffix = key.toLowerCase().replaceAll("_", "-");
        // 48 letters and digits hold 285 bits: more than the 256 of the HMAC keys they become.
        const password = new random.RandomPassword(
            `${args.name}-${suffix}`,
            { length: 48, special: false, keepers },
            parent,
        );
        return [key, password.result] as const;
    });
    const stringData: Record<string, pulumi.Output<string>> = {
        ...Object.fromEntries(signing),
        [OPERATOR_KEY]: operatorKey(args, keepers, parent),
    };
    const resource = new Secret(args.name, { metadata: args.metadata, type: "Opaque", stringData }, opts);
    return { name: args.metadata.name, checksum: keysChecksum(stringData), resource };
}

/** A new key comes from a RandomPassword, whose ID is always `none`; the ID of RandomBytes is the key itself. */
function operatorKey(
    { name, operatorKey: source }: GeneratedSecretArgs,
    keepers: Record<string, string>,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const logicalName = `${name}-operator-private-key`;
    return source === "bytes"
        ? new random.RandomBytes(logicalName, { length: 32, keepers }, opts).hex
        : new random.RandomPassword(
              logicalName,
              // The hexadecimal digits of 32 bytes, all 16 equally likely: numbers, and six letters as special
              // characters.
              { length: 64, lower: false, upper: false, special: true, overrideSpecial: "abcdef", keepers },
              opts,
          ).result;
}

/** Hash over the keys; keys of 256 bits cannot be guessed from it, so it can be stored in a plain annotation. */
function keysChecksum(data: Record<string, pulumi.Output<string>>): pulumi.Output<string> {
    const hash = pulumi.all(data).apply((values) =>
        createHash("sha256")
            .update(JSON.stringify(Object.entries(values).sort()))
            .digest("hex"),
    );
    return pulumi.unsecret(hash);
}
