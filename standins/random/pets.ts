import { pick } from "./draw";
import type { Draw } from "./draw";

/** Words that a pet's name begins with when it has three or more. */
const ADVERBS =
    "boldly calmly clearly deeply fairly firmly freely gently greatly justly kindly lightly mainly nearly newly openly partly quietly rarely simply surely truly vastly wholly widely wisely".split(
        " ",
    );
/** Words before the animal. */
const ADJECTIVES =
    "able amber apt bold brave bright brisk calm clear clever crisp eager early fair fast fine firm fleet free fresh gentle glad golden grand happy hardy honest humble keen kind lively loyal lucid mellow merry mild neat noble open patient plucky polite prime proud quick quiet rapid ready robust rustic sharp silent smart snug sound stable steady subtle sunny swift tender tidy upbeat vast vivid warm willing wise witty young zesty".split(
        " ",
    );
/** The animals. */
const ANIMALS =
    "ant badger bat bear beaver bee bison boar camel cat civet cobra cod condor coral crab crane cricket crow deer dingo dog dolphin donkey dove duck eagle eel elk emu falcon ferret finch firefly fish fox frog gecko gibbon goat goose gopher grouse gull hare hawk hen heron horse hyena ibex ibis iguana jackal jay koala lark lemur lion lizard llama lynx magpie marmot marten mole moose moth mouse mule newt octopus orca osprey otter owl ox oyster panda parrot perch pigeon pika pony puffin quail rabbit ram raven robin salmon seal shark sheep shrew skunk sloth snail snake sparrow spider squid stork swan tapir teal tern tiger toad trout tuna turkey turtle viper vole walrus wasp weasel whale wolf wombat wren yak zebra".split(
        " ",
    );

/** A name of the given number of words: adverbs, an adjective, an animal. */
export function petName(words: number, separator: string, draw: Draw): string {
    const name = [pick(ANIMALS, draw)];
    if (words >= 2) {
        name.unshift(pick(ADJECTIVES, draw));
    }
    while (name.length < words) {
        name.unshift(pick(ADVERBS, draw));
    }
    return name.join(separator);
}
