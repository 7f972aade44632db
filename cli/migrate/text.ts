import { kubectl } from "../../kube/kubectl";
import { type Engine, policyFlags } from "../../engine/preview";
import type { Adoption } from "./adoption";
import type { Target } from "./live";

/**
 * What the command says: what will be imported, what stands in the way, and which commands come next. Each reaches the
 * stack's own cluster.
 * @param stack The stack, and the file of its settings where it is not the usual one.
 * @param file The file for the import.
 */
export function migrationText(
    adoptions: readonly Adoption[],
    target: Target,
    { stack, configFile }: Pick<Engine, "stack" | "configFile">,
    file: string,
): string {
    const imported = adoptions.filter(({ blocked }) => blocked === undefined);
    const blocked = adoptions.filter((adoption) => adoption.blocked !== undefined);
    if (adoptions.length === 0) {
        return `Nothing to import: no object of stack ${stack} exists in context ${target.context}.`;
    }
    const bound = kubectl(target);
    const flags = `--stack ${stack}${configFile === undefined ? "" : ` --config-file ${configFile}`}`;
    const policies = policyFlags("policy", stack).join(" ");
    return [
        `${imported.length} objects exist and can be imported: ${file}`,
        ...imported.map(({ object }) => `  ${object}`),
        ...(blocked.length === 0
            ? []
            : [
                  `${blocked.length} objects exist, but differ in what cannot be changed. They are not in the file:`,
                  ...blocked.map(({ object, blocked: path }) => `  ${object}: ${path ?? ""}`),
              ]),
        "",
        "Next:",
        ...(imported.length === 0
            ? []
            : [`  pulumi import ${flags} --file ${file} --protect=false --generate-code=false`]),
        "  # With the variable, fields that the old tool set become the program's. Nothing may be replaced or deleted:",
        `  ${FORCE} pulumi preview ${flags}`,
        ...selectors(imported).flatMap((command) => [
            "  # It then selects the pods of before and after:",
            `  ${bound} ${command}`,
        ]),
        ...blocked.flatMap((adoption) => [`  # ${why(adoption)}`, `  ${bound} ${deletion(adoption)}`]),
        `  ${FORCE} pulumi up ${flags} ${policies}`,
        `  pulumi up ${flags} ${policies}`,
    ].join("\n");
}

/** Takes over fields of other managers, for this one call. */
const FORCE = "PULUMI_K8S_ENABLE_PATCH_FORCE=true";

function selectors(adoptions: readonly Adoption[]): string[] {
    return adoptions.flatMap(({ id, selector }) => {
        const [namespace = "", name = ""] = id.split("/");
        const labels = Object.entries(selector ?? {}).map(([label, value]) => `${label}=${String(value)}`);
        return labels.length === 0
            ? []
            : [`set selector service ${name} '${labels.join(",")}' --namespace ${namespace}`];
    });
}

function why({ keepsPods }: Adoption): string {
    return keepsPods
        ? "Its pods stay; the program's object takes them over and rolls them one by one:"
        : "Its pods go with it: the program's object does not select them.";
}

function deletion({ object, id, keepsPods }: Adoption): string {
    const [kind = ""] = object.split(" ");
    const [namespace = "", name] = id.split("/");
    const place = name === undefined ? namespace : `${name} --namespace ${namespace}`;
    return `delete ${kind.toLowerCase()} ${place}${keepsPods ? " --cascade=orphan" : ""}`;
}
