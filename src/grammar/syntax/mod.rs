//! Reads grammar texts of every kind with nom, line by line.
