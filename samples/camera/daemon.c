/*
 * Stands for a daemon of the camera that is not worth carrying in a sample (mosquitto, snmpd,
 * lighttpd, sshd, adbd): the files around it say what it would do.
 */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    printf("%s: stand-in of a sample, %d arguments\n", argv[0], argc - 1);
    for (;;)
        pause();
}
