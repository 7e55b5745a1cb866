#ifndef STORE_CATALOGUE_H
#define STORE_CATALOGUE_H

/* The serialized database of the standard and its rules, made of knowledge/ by a tool. */
extern const unsigned char catalogue_image[];
extern const unsigned long catalogue_image_size;

#endif
