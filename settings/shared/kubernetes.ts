import { z } from "zod";
import { NANO, parseQuantity } from "./quantity";
import { text } from "./text";

/**
 * Validation rules of the API server; each names the function of k8s.io/apimachinery/pkg/util/validation that it
 * follows.
 */

/** `IsDNS1123Label`: a namespace, or one part of a name. */
export const dnsLabel = text(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    "a DNS label: lower-case letters, digits and '-', at most 63 characters, e.g. my-namespace",
);

const OWN_NAMESPACE =
    "a DNS label other than default and kube-*, which belong to Kubernetes: this stack labels its namespaces and deletes them";

/** A namespace that the stack creates. The prefix `kube-` is reserved (Kubernetes documentation, Namespaces). */
export const ownNamespace = dnsLabel.refine((name) => name !== "default" && !name.startsWith("kube-"), {
    error: OWN_NAMESPACE,
});

const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** `IsDNS1123Subdomain`: the name of most objects, e.g. `my.object-1`. */
export const dnsName = text(
    SUBDOMAIN,
    "a DNS name: lower-case letters, digits, '-' and '.', which neither start nor end a part, at most 253 characters",
);

/** Names of objects, without duplicates: server-side apply rejects lists of names that contain any. */
export const names = z
    .array(dnsName)
    .refine((list) => new Set(list).size === list.length, { error: "a list in which no name comes twice" });

const QUALIFIED = /^(?:(?<prefix>[^/]*)\/)?(?<name>[^/]*)$/;

/** `IsQualifiedName`: an optional DNS subdomain and `/`, then at most 63 letters, digits, `-`, `_` and `.`. */
export function isQualifiedName(key: string): boolean {
    const { prefix, name = "" } = QUALIFIED.exec(key)?.groups ?? {};
    return /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(name) && (prefix === undefined || SUBDOMAIN.test(prefix));
}

/** `IsValidLabelValue`: empty, or at most 63 letters, digits, `-`, `_` and `.`. */
export function isLabelValue(value: string): boolean {
    return /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/.test(value);
}

const LABEL_KEY =
    "a label key, e.g. app or example.com/app: at most 63 letters, digits, '-', '_' and '.' after an optional DNS name and '/'";
const LABEL_VALUE = "a label value: at most 63 letters, digits, '-', '_' and '.', which neither start nor end it";

/** The key of a label, taint or node label. */
export const labelKey = z.string({ error: LABEL_KEY }).refine(isQualifiedName, { error: LABEL_KEY });

/** The value of a label or taint. */
export const labelValue = z.string({ error: LABEL_VALUE }).refine(isLabelValue, { error: LABEL_VALUE });

/** Labels of pods or objects. */
export const labels = z.record(labelKey, labelValue, { error: "label keys with values as text" });

/** `TotalAnnotationSizeLimitB` of pkg/api/validation (bytes). */
const MAX_ANNOTATIONS = 256 * 1024;

const ANNOTATION_KEY = "an annotation key, e.g. example.com/role, of the same form as a label key";

/** Annotations of an object (`ValidateAnnotations`: the key is compared in lower case). */
export const annotations = z
    .record(
        z
            .string({ error: ANNOTATION_KEY })
            .refine((key) => isQualifiedName(key.toLowerCase()), { error: ANNOTATION_KEY }),
        z.string({ error: "text; quote it in YAML" }),
        { error: "annotation keys with values as text" },
    )
    .refine((map) => Buffer.byteLength(Object.entries(map).flat().join("")) <= MAX_ANNOTATIONS / 2, {
        error: `at most ${MAX_ANNOTATIONS / 2 / 1024} KiB in all: Kubernetes takes ${MAX_ANNOTATIONS / 1024} KiB an object, others' annotations included`,
    });

/** `IsConfigMapKey`: a key of a Secret or ConfigMap. */
export const secretKey = text(
    /^(?!\.\.|\.$)[-._a-zA-Z0-9]{1,253}$/,
    "a key of a Secret or ConfigMap: letters, digits, '-', '_' and '.', not starting with '..'",
);

/** `IsEnvVarName` in its strict form, a C identifier; shells accept no other names. */
export const variableName = text(
    /^[A-Za-z_]\w{0,252}$/,
    "the name of an environment variable: letters, digits and '_', not starting with a digit",
);

/** A version of the Pod Security Standards (k8s.io/pod-security-admission/api: ParseVersion). */
export const podSecurityVersion = text(
    /^(latest|v1\.(0|[1-9]\d{0,2}))$/,
    "latest or a Kubernetes minor version such as v1.36",
);

/** Schema of a quantity within bounds, in the unit of {@link parseQuantity}. */
function quantity(minimum: bigint, maximum: bigint, allowed: string) {
    return z.union([z.string(), z.number().nonnegative().transform(String)], { error: allowed }).refine(
        (value) => {
            const amount = parseQuantity(value);
            return amount !== undefined && amount >= minimum && amount <= maximum;
        },
        { error: allowed },
    );
}

/**
 * Maximum number of CPUs per container: more than any machine has, and small enough that millicores fit into an int64.
 */
const MAX_CPU = 10_000n;

/**
 * A CPU quantity such as `100m` or `0.5`; a number, as YAML parses `cpu: 2`, is converted to text.
 * Kubernetes allows no precision finer than 1m (documentation, Resource units).
 */
export const cpu = quantity(
    NANO / 1000n,
    MAX_CPU * NANO,
    `a Kubernetes quantity of CPU from 1m to ${MAX_CPU}, e.g. 100m`,
);

/**
 * A quantity of memory or disk such as `256Mi`; a number, as YAML parses `1e9`, is converted to text. Below 1Mi, the
 * unit is a mistake: `400m` is 0.4 bytes (Kubernetes documentation, Resource units). Above 1Ei, sums would overflow an
 * int64.
 */
export const bytes = quantity(
    2n ** 20n * NANO,
    2n ** 60n * NANO,
    "a Kubernetes quantity of bytes from 1Mi to 1Ei, e.g. 256Mi",
);
