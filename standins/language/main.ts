import { serve } from "../protocol/server";
import { registerHost } from "./host";

// The engine's address is the first argument that is no flag; flags are about tracing, which the stand-in does not do.
const ENGINE_ADDRESS = process.argv.slice(2).find((argument) => !argument.startsWith("-"));

serve((server) => {
    registerHost(server, ENGINE_ADDRESS);
});
