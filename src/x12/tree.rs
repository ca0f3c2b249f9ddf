//! Checks HL trees and builds them from their parent pointers.
