//! What is wrong with a grammar text: line, column, sentence, suggestion.
