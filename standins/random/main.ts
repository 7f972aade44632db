import { serve } from "../protocol/server";
import { registerProvider } from "./provider";

serve(registerProvider);
