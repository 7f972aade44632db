import { serve } from "../protocol/server";
import { registerHost } from "./host";

// The engine's address is the first argument that is not a flag; flags configure tracing, which the stand-in does not
// support.
const ENGINE_ADDRESS = process.argv.slice(2).find((argument) => !argument.startsWith("-"));

serve((server) => {
    registerHost(server, ENGINE_ADDRESS);
});
