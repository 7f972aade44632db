import { kubectl } from "../../kube/kubectl";
import { shellCommand, shellWord } from "../../shell";
import { visible } from "../../terminal/foreign";
import type { Target } from "../../engine/target";
import { type Engine, policyFlags } from "../../engine/preview";
import type { Adoption } from "./adoption";
import { counted } from "../../terminal/counted";

/**
 * The text of the command: what will be imported, what prevents an import, and the next commands, bound to the stack's
 * own cluster.
 * @param stack The stack, and its stack file unless Pulumi.STACK.yaml.
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
        return `Nothing to import: no object of stack ${stack} exists in context ${visible(target.context)}.`;
    }
    const bound = kubectl(target);
    const flags = shellCommand("--stack", stack, ...(configFile === undefined ? [] : ["--config-file", configFile]));
    const policies = shellCommand(...policyFlags("policy", stack));
    return [
        `${counted(imported.length, "existing object")} can be imported: ${file}`,
        ...imported.map(({ object }) => `  ${visible(object)}`),
        ...(blocked.length === 0
            ? []
            : [
                  `Not in the file: ${counted(blocked.length, "existing object")} with another value in an immutable field:`,
                  ...blocked.map(({ object, blocked: path }) => `  ${visible(`${object}: ${path ?? ""}`)}`),
              ]),
        "",
        "Next:",
        ...(imported.length === 0
            ? []
            : [`  pulumi import ${flags} --file ${shellWord(file)} --protect=false --generate-code=false`]),
        "  # The variable takes over the fields of the earlier tool. The preview must show no replacement and no deletion:",
        `  ${FORCE} pulumi preview ${flags}`,
        ...selectors(imported).flatMap((command) => [
            "  # Select the pods of both the earlier and the new Deployment:",
            `  ${bound} ${command}`,
        ]),
        ...blocked.flatMap((adoption) => [`  # ${why(adoption)}`, `  ${bound} ${deletion(adoption)}`]),
        `  ${FORCE} pulumi up ${flags} ${policies}`,
        `  pulumi up ${flags} ${policies}`,
    ].join("\n");
}

/** Variable that takes over the fields of other field managers, for one command. */
const FORCE = "PULUMI_K8S_ENABLE_PATCH_FORCE=true";

function selectors(adoptions: readonly Adoption[]): string[] {
    return adoptions.flatMap(({ id, selector }) => {
        const [namespace = "", name = ""] = id.split("/");
        const labels = Object.entries(selector ?? {}).map(([label, value]) => `${label}=${String(value)}`);
        return labels.length === 0
            ? []
            : [shellCommand("set", "selector", "service", name, labels.join(","), "--namespace", namespace)];
    });
}

function why({ keepsPods }: Adoption): string {
    return keepsPods
        ? "Its pods stay; the program's object adopts them and replaces them one by one:"
        : "Its pods are deleted with it: the program's object does not select them.";
}

function deletion({ object, id, keepsPods }: Adoption): string {
    const [kind = ""] = object.split(" ");
    const [namespace = "", name] = id.split("/");
    const place = name === undefined ? [namespace] : [name, "--namespace", namespace];
    return shellCommand("delete", kind.toLowerCase(), ...place, ...(keepsPods ? ["--cascade=orphan"] : []));
}
