import { CannotRun } from "../../errors";
import { recordedOutputs } from "../../engine/recordedOutputs";
import { parseArguments, USAGE } from "../spire/arguments";
import { factsOf } from "../spire/facts";
import { answer } from "../spire/questions";
import { type Command, EXIT, main } from "../command";
import { Kubectl } from "../kubectl";
import { findPlace } from "../../engine/place";
import { openCluster } from "../../engine/target";

/** Annotation of kwok on nodes that it plays. */
const SIMULATED = "jsonpath={.items[*].metadata.annotations.kwok\\.x-k8s\\.io/node}";

/** `npx x0 spire`. */
export const spire: Command = {
    name: "spire",
    usage: USAGE,
    run: async (argv, context) => {
        const request = parseArguments(argv);
        const place = await findPlace(request.stack, context);
        const facts = factsOf(recordedOutputs(place.state.resources), place.stack);
        const { target, notes } = await openCluster(place);
        for (const note of notes) {
            console.error(`Warning: ${note}`);
        }
        const kubectl = await Kubectl.find(target, facts.mesh, context);
        const call = (args: readonly string[]) => kubectl.call(args);
        if ((await call(["get", "nodes", "--output", SIMULATED])).includes("fake")) {
            throw new CannotRun(
                "the nodes of this cluster are simulated: no SPIRE server or agent runs in it, so none can be asked",
                "npx x0 status shows what stands for them",
            );
        }
        const { text, good } = await answer(request, facts, call);
        console.log(text);
        return good ? EXIT.done : EXIT.wrong;
    },
};

if (require.main === module) {
    void main(spire);
}
