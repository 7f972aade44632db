export { separatePaths } from "../../local/paths";
