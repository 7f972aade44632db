import type { ReportViolation } from "@pulumi/policy";
import { OptionError, type RuleConfig } from "../engine/options";
import type { Reporter } from "./reporter";

/**
 * Builds a value from the configuration of a rule, or reports what is wrong with it. Rebuilt only when the
 * configuration changes.
 */
export function configured<T>(rule: string, make: (config: RuleConfig) => T): (config: RuleConfig) => T | ConfigFault {
    let last: { readonly config: RuleConfig; readonly made: T | ConfigFault } | undefined;
    return (config) => {
        if (last === undefined || !sameConfig(config, last.config)) {
            last = { config, made: attempt(rule, make, config) };
        }
        return last.made;
    };
}

/** An invalid configuration of a rule. */
export class ConfigFault {
    /**
     * @param rule The rule.
     * @param message The fault and how to fix it.
     */
    constructor(
        private readonly rule: string,
        private readonly message: string,
    ) {}

    /** Reports it as a violation. If thrown, it would end the update with a stack trace. */
    report(reporter: Reporter, reportViolation: ReportViolation, urn?: string): void {
        // Resource policies always report about the resource being evaluated.
        reporter.say(this.rule, this.message, reportViolation, urn);
    }
}

function attempt<T>(rule: string, make: (config: RuleConfig) => T, config: RuleConfig): T | ConfigFault {
    try {
        return make(config);
    } catch (error) {
        if (!(error instanceof OptionError)) {
            throw error;
        }
        return new ConfigFault(
            rule,
            `Configuration of rule ${rule}: ${error.message} Correct the file given with --policy-pack-config.`,
        );
    }
}

/** Whether two configurations are equal. The SDK copies only the outermost level. */
function sameConfig(a: RuleConfig, b: RuleConfig): boolean {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}
