import { rm } from "node:fs/promises";
import { relative } from "node:path";
import { createProgress } from "../../terminal/progress";
import { CannotRun } from "../../errors";
import { type Command, type Context, EXIT, main } from "../command";
import { readHistory } from "../../engine/history";
import { Kubectl } from "../kubectl";
import { meshNamespace } from "../mesh";
import { openRemoval, REMOVAL_FLAGS } from "../removal";
import { environment, openCluster, type OpenCluster } from "../../engine/target";
import { paint, type Terminal } from "../../terminal/text";
import { type Leftovers, leftovers } from "../clean/leftovers";
import { inventory } from "../destroy/inventory";

/** Time that the removal of one object may take. */
const TIMEOUT = "50s";

const USAGE = `npx x0 clean [flags]

Removes what a destroy leaves: CRDs that nothing uses any
more, namespaces of this stack, and its files in .local of
this checkout. Asks for the stack's name first.

${REMOVAL_FLAGS}

The stack itself stays in Pulumi's backend, with its
history: pulumi stack rm. The embedded cluster as a whole:
npm run local -- down

Exit code: 0 removed, or nothing to remove; 1 not
confirmed; 2 it could not begin`;

/** What goes and what stays, for people. */
export function leftoversText(
    { namespaces, strange, crds, files }: Leftovers,
    from: string,
    terminal: Pick<Terminal, "colour">,
): string {
    const going = [
        ...namespaces.map((name) => `Namespace ${name}, with all that is in it`),
        ...crds.filter(({ needed }) => needed === undefined).map(({ name }) => `CustomResourceDefinition ${name}`),
        ...files.map((file) => relative(from, file)),
    ];
    const staying = [
        ...strange.map((name) => `Namespace ${name}: no update of this backend made it`),
        ...crds.flatMap(({ name, needed }) =>
            needed === undefined ? [] : [`CustomResourceDefinition ${name}: ${needed}`],
        ),
    ];
    return [
        ...going.map((text) => `  ${paint("goes", "bad", terminal)}   ${text}`),
        ...staying.map((text) => `  ${paint("stays", "good", terminal)}  ${text}`),
    ].join("\n");
}

async function remove(found: Leftovers, cluster: OpenCluster, namespace: string, context: Context): Promise<void> {
    const progress = createProgress();
    const kubectl = await Kubectl.find(cluster.target, namespace, context);
    const objects = [
        ...found.namespaces.map((name) => ["namespace", name] as const),
        ...found.crds.flatMap(({ name, needed }) => (needed === undefined ? [["crd", name] as const] : [])),
    ];
    for (const [kind, name] of objects) {
        const args = ["delete", kind, name, "--ignore-not-found", "--wait", "--timeout", TIMEOUT];
        await progress.step(`Removing ${kind} ${name}`, () => kubectl.call(args));
    }
    for (const file of found.files) {
        await rm(file, { recursive: true, force: true });
    }
}

/** `npx x0 clean`. */
export const clean: Command = {
    name: "clean",
    usage: USAGE,
    run: async (argv, context) => {
        const removal = await openRemoval("clean", argv, context);
        const { place } = removal;
        if (place.state.pending.length > 0 || inventory(place.state.resources).kinds.size > 0) {
            throw new CannotRun(
                `stack ${place.stack} still has objects`,
                `first: npx x0 destroy --stack ${place.stack}`,
            );
        }
        const cluster = await openCluster(place, true);
        const known = (await readHistory(place, 1)).length > 0;
        const found = await leftovers({ ...place, known }, environment(place.stack), cluster.read, context.paths);
        console.log(`Stack ${place.stack}, context ${cluster.target.context}`);
        const unused = found.crds.filter(({ needed }) => needed === undefined);
        if (found.namespaces.length + unused.length + found.files.length === 0) {
            console.log(leftoversText(found, context.paths.checkout, context.terminal) || "  nothing is left");
            return EXIT.done;
        }
        console.log(leftoversText(found, context.paths.checkout, context.terminal));
        const code = await removal.stopped();
        if (code !== undefined) {
            return code;
        }
        await remove(found, cluster, meshNamespace(place), context);
        return EXIT.done;
    },
};

if (require.main === module) {
    void main(clean);
}
