import { recordedOutputs } from "../../engine/recordedOutputs";
import { findPlace } from "../../engine/place";
import { openCluster } from "../../engine/target";
import { CannotRun } from "../../errors";
import { EXIT } from "../../terminal/commandLine";
import { visibleText } from "../../terminal/foreign";
import { type Context, printJson } from "../command";
import { Kubectl, printWarnings } from "../kubectl";
import { spireNamespaces } from "./namespaces";
import { answer, type Question } from "./questions";

/** Annotation that kwok sets on simulated nodes. */
const SIMULATED = "jsonpath={.items[*].metadata.annotations.kwok\\.x-k8s\\.io/node}";

/** Queries the SPIRE of a stack. @returns the exit code. */
export async function askSpire(
    question: Question,
    { stack, json = false }: { readonly stack?: string; readonly json?: boolean },
    context: Context,
): Promise<number> {
    const place = await findPlace(stack, context);
    const namespaces = spireNamespaces(recordedOutputs(place.state.resources), place.stack);
    const { target, notes } = await openCluster(place);
    printWarnings(notes);
    const kubectl = await Kubectl.find(target, namespaces.mesh, context);
    const call = (args: readonly string[]) => kubectl.call(args);
    if ((await call(["get", "nodes", "--output", SIMULATED])).includes("fake")) {
        throw new CannotRun(
            "the nodes of this cluster are simulated: no SPIRE server or agent runs on them, so none can be queried",
            "npx x0 status shows what is simulated",
        );
    }
    const { text, good, data } = await answer(question, namespaces, call, json);
    if (json) {
        printJson(data);
    } else {
        console.log(visibleText(text));
    }
    return good ? EXIT.done : EXIT.wrong;
}
