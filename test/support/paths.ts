export { separatePaths } from "../../process/paths";
