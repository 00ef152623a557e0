// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import net.sf.jsqlparser.expression.BinaryExpression;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.NotExpression;
import net.sf.jsqlparser.parser.ASTNodeAccess;
import net.sf.jsqlparser.parser.Token;

/** Finds where in the text a parsed thing begins; some nodes know it only through their parts. */
final class Places {
  private Place last = Place.START;

  Place of(Object parsed) {
    Token token = first(parsed);
    if (token != null) {
      last = new Place(token.beginLine, token.beginColumn);
    }
    return last;
  }

  private static Token first(Object parsed) {
    if (parsed instanceof ASTNodeAccess access && access.getASTNode() != null) {
      return access.getASTNode().jjtGetFirstToken();
    }
    Expression inner =
        parsed instanceof BinaryExpression binary
            ? binary.getLeftExpression()
            : parsed instanceof NotExpression not ? not.getExpression() : null;
    return inner == null ? null : first(inner);
  }
}
