import { Secret, type ResourceRemediation } from "@pulumi/policy";
import { evaluator } from "../evaluation/evaluate";
import type { Exception } from "../engine/exception";
import { isObject } from "../engine/field";
import type { Rule } from "../evaluation/rule";
import { templateKeys } from "../kubernetes/kinds";
import { ConfigFault, configured } from "./configured";
import { changesFor, type Assignment, type Remedy } from "./remedies";
import { parseTypeToken, stackOfUrn } from "./typeToken";

/** Remediates the violations of a rule. Runs only where the level of the rule is `remediate`. */
export function remediation(rule: Rule, remedy: Remedy, exceptions: readonly Exception[]): ResourceRemediation {
    const { id } = rule;
    const evaluateWith = configured(id, (config) =>
        evaluator({ rules: [remedy.judge ?? rule], config: { [id]: config }, exceptions }),
    );
    return (args) => {
        const type = parseTypeToken(args.type);
        // Only the operator of a custom resource knows which values may be filled in.
        if (type === undefined || templateKeys(type) === undefined) {
            return undefined;
        }
        const evaluate = evaluateWith(args.getConfig());
        // The policy itself reports an invalid configuration.
        if (evaluate instanceof ConfigFault) {
            return undefined;
        }
        const raw = unwrap(args.props);
        const body = withoutSecrets(raw);
        const outcomes = evaluate({ ...type, body, fallbackName: args.name, stack: stackOfUrn(args.urn) });
        const changes = changesFor(remedy, body, outcomes);
        if (changes.length === 0) {
            return undefined;
        }
        const changed = changes.reduce<unknown>((value, change) => apply(value, change), raw);
        return isObject(changed) ? { ...changed } : undefined;
    };
}

/** The values behind the SDK's proxies, which hide secrets. */
function unwrap(value: unknown): unknown {
    let raw = value;
    while (isObject(raw) && Reflect.get(raw, "__isSpecialProxy") === true) {
        raw = Reflect.get(raw, "__getSpecialProxyTarget");
    }
    return raw;
}

/** A copy in which secrets are plain values, for evaluation only. */
function withoutSecrets(value: unknown): unknown {
    if (value instanceof Secret) {
        return withoutSecrets(value.value);
    }
    if (Array.isArray(value)) {
        return value.map(withoutSecrets);
    }
    if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) {
        return value;
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

/**
 * A copy with a value set. Only the path to the value is copied: the SDK passes the original to the next remediation,
 * and everything else, such as unknown values and assets, must stay unchanged. Secrets stay secret.
 */
function apply(value: unknown, { keys, value: wanted }: Assignment): unknown {
    const [key, ...rest] = keys;
    if (key === undefined) {
        return wanted;
    }
    if (value instanceof Secret) {
        return new Secret(apply(value.value, { keys, value: wanted }));
    }
    if (Array.isArray(value)) {
        return value.map((item: unknown, index) =>
            String(index) === key ? apply(item, { keys: rest, value: wanted }) : item,
        );
    }
    const holder = isObject(value) ? value : {};
    return { ...holder, [key]: apply(holder[key], { keys: rest, value: wanted }) };
}
