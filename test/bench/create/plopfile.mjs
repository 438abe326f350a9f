const FILES = Array.from({ length: 10 }, (_, index) => `file-${index}.txt`);

/** Ten files of one line each: plop's own engine, prompts and rendering with nothing to do. */
export default function plopfile(plop) {
  plop.setGenerator('ten', {
    description: 'ten files',
    prompts: [],
    actions: FILES.map((name) => ({
      type: 'add',
      path: `${process.env.PLOP_TARGET}/${name}`,
      template: 'one line of {{name}}\n',
      data: { name },
    })),
  });
}
