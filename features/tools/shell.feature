Feature: Command shells
  A representative types, the customer's machine obeys; several shells at once, and a record of them where the site
  keeps one.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex

  @SHL-01
  Scenario: What is typed runs on the customer's machine
    Given Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    When Alex types "echo The printer is upstairs > C:\Temp\note.txt" into the shell of Carla's session
    Then "C:\Temp\note.txt" on Carla's device says "The printer is upstairs"
    When 2 seconds pass
    And Alex types "cls" into the shell of Carla's session
    And 2 seconds pass
    Then the shell of Carla's session on Alex's console does not show "The printer is upstairs"
    When Alex types "type C:\Temp\note.txt" into the shell of Carla's session
    Then the shell of Carla's session on Alex's console shows "The printer is upstairs"

  @SHL-01
  Scenario: The customer is asked before the first shell
    When Alex opens a shell in Carla's session
    Then Carla is asked whether Alex may use command shell
    When Carla allows command shell
    Then Alex has the shells "cmd.exe" open in Carla's session

  @SHL-01
  Scenario: A customer who says no has no shell on their machine
    When Alex opens a shell in Carla's session
    And Carla declines command shell
    Then Alex reads that command shell is refused in Carla's session: "the customer declined"
    And Alex has no shell open in Carla's session

  @SHL-01
  Scenario: What a user may not, a user's shell may not
    Given Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    When Alex types "del C:\Windows\notepad.exe" into the shell of Carla's session
    Then the shell of Carla's session on Alex's console shows "Access is denied."

  @SHL-01
  Scenario Outline: Each machine has its own shell
    Given <person> is a customer with a <machine> on fibre
    And <person> is in session with Alex
    And Alex has command shell open in <person>'s session
    And Alex has a shell open in <person>'s session
    When Alex types "hostname" into the shell of <person>'s session
    Then Alex has the shells "<shell>" open in <person>'s session
    And the shell of <person>'s session on Alex's console shows the line "CUSTOMER-PC"

    Examples:
      | person | machine  | shell |
      | Dana   | Linux PC | bash  |
      | Mona   | Mac      | zsh   |

  @SHL-01 @network
  Scenario Outline: A ping from the customer's machine says how far away the appliance is
    Given <person> is a customer with a <machine> on <link>
    And <person> is in session with Alex
    And Alex has command shell open in <person>'s session
    And Alex has a shell open in <person>'s session
    When Alex types "ping support.example.com" into the shell of <person>'s session
    Then the shell of <person>'s session on Alex's console shows 4 echoes after <least> to <most> ms
    And the shell of <person>'s session on Alex's console shows "<address>"
    And the shell of <person>'s session on Alex's console shows "<counts>"

    Examples:
      | person | machine    | link      | least | most | address                            | counts                          |
      | Walt   | Windows PC | satellite | 558   | 700  | support.example.com [203.0.113.10] | sent 4, received 4, lost 0 (0%) |
      | Dana   | Linux PC   | satellite | 558   | 700  | support.example.com (203.0.113.10) | 4 received, 0% packet loss      |
      | Mona   | Mac        | fibre     | 1     | 50   | support.example.com (203.0.113.10) | 4 received, 0% packet loss      |

  @SHL-01 @network
  Scenario: A ping of a machine on the customer's own network fails once that machine is off
    Given Dana is at the office
    And Dana is a customer with a Windows PC
    And Mona is at the office
    And Mona is a customer with a Mac
    And Dana is in session with Alex
    And Alex has command shell open in Dana's session
    And Alex has a shell open in Dana's session
    When Alex types "ping -n 2 192.168.1.12" into the shell of Dana's session
    Then the shell of Dana's session on Alex's console shows 2 echoes after 1 to 10 ms
    When 3 seconds pass
    And Mona's device loses power
    And Alex types "cls" into the shell of Dana's session
    And Alex types "ping -n 2 192.168.1.12" into the shell of Dana's session
    Then the shell of Dana's session on Alex's console shows the line "Request timed out."
    And the shell of Dana's session on Alex's console shows "sent 2, received 0, lost 2 (100%)"

  @SHL-01 @network
  Scenario Outline: A ping of what is not there, or may not be reached, fails
    Given <person> is at <place>
    And <person> is a customer with a <machine>
    And <person> is in session with Alex
    And Alex has command shell open in <person>'s session
    And Alex has a shell open in <person>'s session
    When Alex types "<command>" into the shell of <person>'s session
    Then the shell of <person>'s session on Alex's console shows "<told>"
    And the shell of <person>'s session on Alex's console shows "<told last>"

    Examples:
      | person | place    | machine    | command                  | told                                      | told last                                           |
      | Walt   | home     | Windows PC | ping intranet            | Ping could not find host intranet.        | Look at the name and try again.                     |
      | Dana   | home     | Linux PC   | ping intranet            | ping: intranet: Name or service not known | carla@CUSTOMER-PC:~$                                |
      | Walt   | home     | Windows PC | ping 198.51.100.77       | Request timed out.                        | sent 4, received 0, lost 4 (100%)                   |
      | Mona   | the bank | Mac        | ping support.example.com | no answer to icmp_seq=4                   | 4 packets transmitted, 0 received, 100% packet loss |

  @SHL-01 @SCR-02
  Scenario Outline: Hands do not wait behind what a shell says, where Carla is on <customer> and Alex on <rep>
    Given a file "C:\Temp\big.txt" of 400000 bytes lies on Carla's device
    And Alex has screen sharing open in Carla's session
    And Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    And Alex sees Carla's screen
    When Carla's link becomes <customer>
    And Alex's link becomes <rep>
    And 2 seconds pass
    And Alex types "type C:\Temp\big.txt" into the shell of Carla's session
    And for 4 seconds the echoes of Alex's hands and shell in Carla's session are measured
    Then the figure "hands_echo_p95_ms" is at most <echo>

    Examples:
      | customer   | rep        | echo |
      | DSL        | office LAN | 300  |
      | office LAN | DSL        | 300  |

  @SHL-01
  Scenario: Chat does not wait behind what a shell says
    Given a file "C:\Temp\big.txt" of 400000 bytes lies on Carla's device
    And Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    When Carla's link becomes DSL
    And 2 seconds pass
    And Alex types "type C:\Temp\big.txt" into the shell of Carla's session
    And 1 second passes
    And Carla writes "Hello?"
    Then within 1 second Alex reads "Hello?" from Carla

  @SHL-02
  Scenario: Several shells run side by side
    Given Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    And Alex types "cd C:\Temp" into the shell of Carla's session
    And Alex has a shell open in Carla's session
    When Alex types "cd C:\Windows" into the shell of Carla's session
    Then Alex has the shells "cmd.exe, cmd.exe 2" open in Carla's session
    And the shell of Carla's session on Alex's console shows "C:\Windows>"
    When Alex goes to the shell "cmd.exe" of Carla's session
    Then the shell of Carla's session on Alex's console shows "C:\Temp>"
    And the shell of Carla's session on Alex's console does not show "C:\Windows>"

  @SHL-03
  Scenario: Closing one shell leaves the others
    Given Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    And Alex has a shell open in Carla's session
    And Alex closes the shell in front of Carla's session
    Then Alex has the shells "cmd.exe" open in Carla's session
    And 1 shell runs on Carla's device
    When Alex types "cd C:\Temp" into the shell of Carla's session
    Then the shell of Carla's session on Alex's console shows "C:\Temp>"

  @SHL-03
  Scenario: A shell that ends by itself leaves the others, too
    Given Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    And Alex has a shell open in Carla's session
    When Alex types "exit" into the shell of Carla's session
    Then Alex reads that the shell "cmd.exe 2" of Carla's session ended: "it ended with code 0"
    And Alex has the shells "cmd.exe" open in Carla's session

  @SHL-03
  Scenario: Shells end with their tool, and the session goes on
    Given Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    When Alex closes command shell in Carla's session
    Then Alex has no shell open in Carla's session
    And 0 shells run on Carla's device
    And Carla sees that nobody uses command shell
    When Carla writes "Are you still there?"
    Then Alex reads "Are you still there?" from Carla

  @SHL-01
  Scenario: Shells end with the customer's connection, and the console says so
    Given Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    When Carla's network is down for 2 minutes
    Then Alex reads that the shell "cmd.exe" of Carla's session ended: "the customer's connection was lost"
    And within 2 minutes Alex sees that Carla is connected
    When Alex opens a shell in Carla's session
    Then Alex has the shells "cmd.exe" open in Carla's session

  @SHL-04
  Scenario: Swiping on a phone moves between shells
    Given Blair is signed in to the Android console
    And Dana is a customer with a Linux PC on fibre
    And Dana is in session with Blair
    And Blair has command shell open in Dana's session
    And Blair has a shell open in Dana's session
    And Blair has a shell open in Dana's session
    Then the name at the lower left of Dana's session on Blair's console is "bash 2"
    When Blair swipes right over the shell of Dana's session
    Then the name at the lower left of Dana's session on Blair's console is "bash"
    When Blair swipes right over the shell of Dana's session
    Then the name at the lower left of Dana's session on Blair's console is "bash"
    When Blair swipes left over the shell of Dana's session
    Then the name at the lower left of Dana's session on Blair's console is "bash 2"

  @SHL-05
  Scenario: The extra row has keys that a phone has not, and more of them behind
    Given Blair is signed in to the Android console
    And Dana is a customer with a Linux PC on fibre
    And Dana is in session with Blair
    And Blair has command shell open in Dana's session
    And Blair has a shell open in Dana's session
    Then the key row of Dana's session on Blair's console has the keys "Esc Tab Ctrl Left Up Down Right"
    When Blair tries to press "|" on the key row of Dana's session
    Then Blair is told "the key |"
    When Blair swipes the key row of Dana's session left
    Then the key row of Dana's session on Blair's console has the keys "Esc Tab Ctrl / \ | - ~ > *"
    When Blair types only "cd " into the shell of Dana's session
    And Blair presses "/" on the key row of Dana's session
    And Blair types "tmp" into the shell of Dana's session
    Then the shell of Dana's session on Blair's console shows "cd /tmp"
    When Blair types only "rubbish" into the shell of Dana's session
    And Blair presses "Ctrl" on the key row of Dana's session
    And Blair types only "c" into the shell of Dana's session
    Then the shell of Dana's session on Blair's console shows "rubbish^C"

  @SHL-06
  Scenario: The shell menu has Shell Sessions only where there are several
    Given Blair is signed in to the Android console
    And Dana is a customer with a Linux PC on fibre
    And Dana is in session with Blair
    And Blair has command shell open in Dana's session
    And Blair has a shell open in Dana's session
    When Blair opens the shell menu of Dana's session
    Then the shell menu of Dana's session on Blair's console has "Keyboard, Fullscreen"
    When Blair picks "Keyboard" from the shell menu of Dana's session
    Then Blair's keyboard is shown in Dana's session
    Given Blair has a shell open in Dana's session
    When Blair opens the shell menu of Dana's session
    Then the shell menu of Dana's session on Blair's console has "Keyboard, Fullscreen, Shell Sessions"
    When Blair picks "Shell Sessions" from the shell menu of Dana's session
    Then Blair is shown the shell sessions "bash, bash 2" of Dana's session
    When Blair goes to the shell "bash" of Dana's session
    Then the name at the lower left of Dana's session on Blair's console is "bash"

  @SHL-06
  Scenario: Fullscreen of a shell fills the phone until Back
    Given Blair is signed in to the Android console
    And Dana is a customer with a Linux PC on fibre
    And Dana is in session with Blair
    And Blair has command shell open in Dana's session
    And Blair has a shell open in Dana's session
    When Blair opens the shell menu of Dana's session
    Then Blair's console shows its frame
    When Blair picks "Fullscreen" from the shell menu of Dana's session
    Then Dana's display fills Blair's device
    When Blair types "hostname" into the shell of Dana's session
    Then the shell of Dana's session on Blair's console shows the line "CUSTOMER-PC"
    When Blair taps Back
    Then Blair's console shows its frame

  @SHL-07 @SHL-08
  Scenario: A site that does not record shells has no record of them
    Given Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    And Alex types "hostname" into the shell of Carla's session
    And Alex closes the shell in front of Carla's session
    When Alex ends Carla's session
    And Alex opens the report of Carla's session
    Then the report on Alex's console has records of 0 shells
