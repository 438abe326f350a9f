import type { Node, ObjectExpression } from '@babel/types';

import type { Visitor } from '../rule.ts';
import { constantOf, nameOf } from './read.ts';
import { textOf } from './passages.ts';
import { fieldOf } from './settings.ts';

/** `registry/name:tag`; a scheme, a data address or a file name is a picture. */
const WITH_TAG =
  /^(?!\w{1,20}:\/\/|data:)[a-z\d][\w.-]{0,100}(?:[:/][\w.-]{1,100}){0,6}:[\w][\w.-]{0,100}$/;
const NAMED = /^(?!\w{1,20}:\/\/|data:)[a-z\d][\w.-]{0,100}(?::\d{1,5})?(?:\/[\w.-]{1,100}){0,6}$/;

/** Names of pictures, which are images of another kind; and addresses, which pictures have. */
export const PICTURE = /\.(?:png|jpe?g|svg|webp|gif|avif|ico)$|^(?:https?|data):/i;

const KEY = /^(?:image|docker_?image|base_?image|container_?image|image_?(?:uri|name))$/i;

/** What only a container has beside its image. */
const CONTAINER_FIELDS =
  /^(?:essential|portMappings|containerPort|environment|env|command|entryPoint|volumes|memory|cpu|memoryReservation)$/;

const STARTS = /(?:^|\.)(?:fromRegistry|GenericContainer|\w+Container|RemoteImage)$/;

/** Calls for each container image that code names: containers in tests, task definitions, build files in templates. */
export function visitImages(visit: (image: string, node: Node) => void): Visitor {
  const judge = (node: Node): void => {
    const image = textOf(node);
    if (image !== undefined && WITH_TAG.test(image.split('@')[0] ?? '')) visit(image, node);
  };
  return {
    NewExpression(node) {
      const [image] = node.arguments;
      if (image && STARTS.test(nameOf(node.callee))) judge(image);
    },
    CallExpression(node) {
      const [image] = node.arguments;
      if (image && STARTS.test(nameOf(node.callee))) judge(image);
    },
    VariableDeclarator(node) {
      if (node.init && /(?:^|_|[a-z])IMAGE$|Image$/.test(nameOf(node.id))) judge(node.init);
    },
    ObjectExpression(node) {
      const image = fieldOf(node, KEY);
      const name = constantOf(image) ?? '';
      if (image && !PICTURE.test(name)) {
        if (isContainer(node) && NAMED.test(name)) visit(name, image);
        else judge(image);
      }
    },
  };
}

function isContainer(node: ObjectExpression): boolean {
  return fieldOf(node, CONTAINER_FIELDS) !== undefined;
}
