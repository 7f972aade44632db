import { StackFile } from "../../engine/stackFile";
import { registryClient, type RegistryClient } from "../../images/registry/client";
import { dockerConfig } from "../../images/registry/dockerConfig";
import { exchanger } from "../../images/registry/exchange";
import { type Pin, type Resolution, resolvePins } from "../../images/resolve";
import { CannotRun, messageOf } from "../../errors";
import { stackImages } from "../../pipeline/images";
import { setCommand } from "../../settings/shared/faults";
import { EXIT } from "../../terminal/commandLine";
import { counted } from "../../terminal/counted";
import { createProgress, type Progress } from "../../terminal/progress";
import { paint, type Terminal } from "../../terminal/text";
import { type Context, printJson } from "../command";
import { marked } from "./text";

/** Options of `x0 images resolve`. */
export interface ResolveOptions {
    readonly stack: string;
    readonly write?: boolean;
    readonly json?: boolean;
}

/**
 * Shows the digests that the tags of a stack's images name, and writes them into the stack file on request.
 * @returns the exit code: wrong when an image has no digest.
 */
export async function resolveImages({ stack, write = false, json = false }: ResolveOptions, context: Context) {
    const progress = createProgress(process.stderr);
    const client = clientOf(context.env, progress);
    const { after } = await stackImages(stack, undefined, progress, context.paths.checkout);
    const found = await progress.step("Digests", (step) =>
        resolvePins(after, client, (done, all) => {
            step.update(`${done} of ${all}`);
        }),
    );
    const resolution = { ...found, notes: [...after.notes, ...found.notes] };
    const moved = movedPins(resolution.pins);
    const written = write && moved.length > 0;
    if (written) {
        StackFile.open(context.paths.checkout, stack).writeValues(
            Object.fromEntries(moved.map(({ setting, after: digest }) => [setting, digest])),
        );
    }
    if (json) {
        printJson({ stack, ...resolution, written });
    } else {
        console.log(resolutionText(stack, resolution, write, context.terminal));
    }
    return resolution.faults.length > 0 ? EXIT.wrong : EXIT.done;
}

/** A client with the user's credentials and proxies. @throws CannotRun that names a file of Docker that cannot be read. */
export function clientOf(env: NodeJS.ProcessEnv, progress: Progress): RegistryClient {
    try {
        return registryClient(exchanger({ env }), dockerConfig(env), (line) => {
            progress.note(line);
        });
    } catch (error) {
        throw new CannotRun(messageOf(error), "docker login REGISTRY, which writes the file again");
    }
}

function movedPins(pins: readonly Pin[]): Pin[] {
    return pins.filter(({ before, after }) => before !== after);
}

/** Text of `npx x0 images resolve`: what moves, the commands that set it, then what is left. */
export function resolutionText(
    stack: string,
    { pins, faults, notes }: Resolution,
    write: boolean,
    screen: Pick<Terminal, "columns" | "colour">,
): string {
    const moved = movedPins(pins);
    const title = `${counted(moved.length, "digest")} of ${stack} to set, ${pins.length - moved.length} up to date`;
    const file = `Pulumi.${stack}.yaml`;
    const end = write
        ? `Written to ${file}. Next: npx x0 diff --stack ${stack}`
        : `Nothing was written. To write ${file}: npx x0 images resolve --stack ${stack} --write`;
    return [
        paint(title, "bold", screen),
        ...moved.flatMap(({ image, setting, before = "not pinned", after }) => [
            `  ${image}`,
            `      ${paint(`- ${before}`, "dim", screen)}`,
            `      + ${after}`,
            `      ${paint(setCommand(stack, setting, after), "dim", screen)}`,
        ]),
        ...moved
            .filter(({ isIndex }) => !isIndex)
            .flatMap(({ image }) =>
                marked(
                    "note",
                    `${image} is built for one platform: its digest is not that of an index, and nodes of another platform cannot run it.`,
                    screen,
                ),
            ),
        ...notes.flatMap((note) => marked("note", note, screen)),
        ...faults.flatMap((fault) => marked("wrong", fault, screen)),
        ...(moved.length === 0 ? [] : [end]),
    ].join("\n");
}
